-- What an app shares with this server to make codes of (RFC 6238), sealed with the server's key. `last_step` is the step of
-- the newest code that was accepted: no code counts twice, and none that is older.
CREATE TABLE second_factors (
    user_id {key} NOT NULL PRIMARY KEY REFERENCES users (id),
    secret_sealed {blob} NOT NULL,
    enabled_at {int} NOT NULL,
    last_step {int} NOT NULL
) {table};

-- Codes for whoever has lost the app, as SHA-256. A row goes when its code is used.
CREATE TABLE recovery_codes (
    user_id {key} NOT NULL REFERENCES users (id),
    hash {blob} NOT NULL,
    PRIMARY KEY (user_id, hash)
) {table};
