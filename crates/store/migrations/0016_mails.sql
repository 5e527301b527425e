-- Mails are deliveries, too: who caused or gets one, which invite it carries, to whom, and in which language. What is secret
-- in a mail is not here; it is put in when the mail is sent.
ALTER TABLE deliveries ADD COLUMN user_id {key};
ALTER TABLE deliveries ADD COLUMN invite_id {key};
ALTER TABLE deliveries ADD COLUMN recipient {name};
ALTER TABLE deliveries ADD COLUMN recipient_key {key};
ALTER TABLE deliveries ADD COLUMN language {key};
CREATE INDEX deliveries_by_user ON deliveries (user_id, kind, created_at) WHERE user_id IS NOT NULL;
CREATE INDEX deliveries_by_recipient ON deliveries (recipient_key, created_at) WHERE recipient_key IS NOT NULL;
CREATE INDEX deliveries_by_invite ON deliveries (invite_id, created_at, id) WHERE invite_id IS NOT NULL;

-- What people want to be told by mail; whoever is not here has said nothing yet.
CREATE TABLE notifications (
    user_id {key} NOT NULL PRIMARY KEY REFERENCES users (id),
    accepted {int} NOT NULL,
    disconnected {int} NOT NULL,
    replies {int} NOT NULL
) {table};
