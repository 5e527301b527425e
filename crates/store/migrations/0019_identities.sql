-- Who somebody is to a provider of identities (OpenID Connect Core §2): its name for them is only told apart by it. Never
-- by an e-mail address, which changes hands.
CREATE TABLE identities (
    issuer {key} NOT NULL,
    subject {key} NOT NULL,
    user_id {key} NOT NULL CONSTRAINT identities_of_user UNIQUE REFERENCES users (id),
    linked_at {int} NOT NULL,
    seen_at {int},
    PRIMARY KEY (issuer, subject)
) {table};

-- `expires_at` moves with every use, up to `ends_at`. The secret of a session changes; while both the old and the new one
-- count, `other_hash` is the new one that the browser has not shown yet, or until `other_until` the old one.
ALTER TABLE sessions ADD COLUMN ends_at {int} NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN renewed_at {int} NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN other_hash {blob};
ALTER TABLE sessions ADD COLUMN other_until {int};
UPDATE sessions SET ends_at = expires_at, renewed_at = created_at;
CREATE INDEX sessions_by_other ON sessions (other_hash) WHERE other_hash IS NOT NULL;
