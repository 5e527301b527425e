-- Whoever accepted, and had to wait, may be told by mail that they are connected. `asked_at` is when they last did something
-- about it themselves, if that was after they accepted: whoever has just done so sees what comes of it.
ALTER TABLE notifications ADD COLUMN connected {int} NOT NULL DEFAULT 1;
ALTER TABLE acceptances ADD COLUMN asked_at {int};

-- An e-mail address that somebody has entered and not confirmed yet. Until then the one of their account counts.
CREATE TABLE email_changes (
    user_id {key} NOT NULL PRIMARY KEY REFERENCES users (id),
    email {name} NOT NULL,
    token_hash {blob} NOT NULL,
    token_sealed {blob} NOT NULL,
    expires_at {int} NOT NULL
) {table};
