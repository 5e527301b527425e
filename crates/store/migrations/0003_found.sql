-- What comparing with the other server found, if that is what ended a connection.
ALTER TABLE connections ADD COLUMN found {key};
-- How many halves waited for acceptances under way when the two were last compared.
ALTER TABLE syncs ADD COLUMN waiting {int} NOT NULL DEFAULT 0;
