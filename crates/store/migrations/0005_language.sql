-- The language in which pages speak to a person; NULL: what their browser wishes for.
ALTER TABLE users ADD COLUMN language {key};
