-- Who did it, about what, with which server, and how it went. What happened before this has no such words.
ALTER TABLE events ADD COLUMN actor {key} NOT NULL DEFAULT 'unrecorded';
ALTER TABLE events ADD COLUMN object {key};
ALTER TABLE events ADD COLUMN beside {key};
ALTER TABLE events ADD COLUMN peer {key};
ALTER TABLE events ADD COLUMN result {key};
-- The name that the other side gave to the exchange, if it is another one than ours.
ALTER TABLE events ADD COLUMN their_reference {key};
-- For the audit trail alone; streams and pages do not show it.
ALTER TABLE events ADD COLUMN quiet {int} NOT NULL DEFAULT 0;
CREATE INDEX events_by_object ON events (object, seq) WHERE object IS NOT NULL;
CREATE INDEX events_beside ON events (beside, seq) WHERE beside IS NOT NULL;
CREATE INDEX events_by_peer ON events (peer, seq) WHERE peer IS NOT NULL;
CREATE INDEX events_by_kind ON events (kind, seq);
CREATE INDEX events_by_time ON events (at, seq);

-- Whether the trail says that an invite has expired.
ALTER TABLE invites ADD COLUMN expiry_noted {int} NOT NULL DEFAULT 0;
CREATE INDEX invites_to_expire ON invites (expires_at) WHERE expiry_noted = 0 AND withdrawn_at IS NULL;

-- What came of each attempt of a delivery.
CREATE TABLE delivery_attempts (
    delivery_id {key} NOT NULL,
    attempt {int} NOT NULL,
    at {int} NOT NULL,
    duration_ms {int} NOT NULL,
    stage {key} NOT NULL,
    status {int},
    code {key},
    said {name},
    their_reference {key},
    PRIMARY KEY (delivery_id, attempt)
) {table};
CREATE INDEX deliveries_by_reference ON deliveries (reference);
