-- Where a half is counted in the digests: -1 for not at all, -2 for not yet.
ALTER TABLE connections ADD COLUMN sync_bucket {int} NOT NULL DEFAULT -2;
CREATE INDEX connections_by_bucket ON connections (provider, sync_bucket, user_id, subject);
CREATE INDEX connections_uncounted ON connections (id) WHERE sync_bucket = -2;
-- Halves that were only ever known from the other server.
CREATE INDEX connections_never_connected ON connections (provider) WHERE connected_at = 0;

-- The digest of each bucket that has halves, kept with every change of one.
CREATE TABLE sync_leaves (
    provider {key} NOT NULL,
    bucket {int} NOT NULL,
    digest {int} NOT NULL,
    halves {int} NOT NULL,
    PRIMARY KEY (provider, bucket)
) {table};

-- The servers that we have halves with: the digest of all of them, and how comparing them has gone.
CREATE TABLE syncs (
    provider {key} NOT NULL PRIMARY KEY,
    digest {int} NOT NULL,
    halves {int} NOT NULL,
    ledger {key},
    other_ledger {key},
    other_ledger_at {int},
    due_at {int} NOT NULL DEFAULT 0,
    failures {int} NOT NULL DEFAULT 0,
    synced_at {int},
    last_code {key},
    found {int} NOT NULL DEFAULT 0,
    changed {int} NOT NULL DEFAULT 0,
    found_at {int}
) {table};
CREATE INDEX syncs_by_time ON syncs (due_at);
