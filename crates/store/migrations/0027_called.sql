-- What people are called by their contacts, folded, so that two of the same name are found to be two wherever one of them is
-- listed. The database knows the small letters of its own alphabet only, so the program fills it in: nothing in it means
-- that it has not done so yet.
ALTER TABLE connections ADD COLUMN called {key};
CREATE INDEX connections_by_name ON connections (user_id, called, provider);
CREATE INDEX connections_uncalled ON connections (id) WHERE called IS NULL;
