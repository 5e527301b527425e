-- People with an account here.
CREATE TABLE users (
    id {key} NOT NULL PRIMARY KEY,
    name {key} NOT NULL CONSTRAINT users_name UNIQUE,
    display_name {name} NOT NULL,
    email {name},
    password_hash {key},
    disabled_at {int},
    created_at {int} NOT NULL
) {table};

CREATE TABLE app_passwords (
    id {key} NOT NULL PRIMARY KEY,
    user_id {key} NOT NULL REFERENCES users (id),
    label {name} NOT NULL,
    hash {blob} NOT NULL,
    created_at {int} NOT NULL,
    last_used_at {int}
) {table};
CREATE INDEX app_passwords_by_user ON app_passwords (user_id, id);

CREATE TABLE sessions (
    token_hash {blob} NOT NULL PRIMARY KEY,
    user_id {key} NOT NULL REFERENCES users (id),
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL
) {table};
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Numbers that only grow: `gestures` orders what people do, `commits` shows a process on PostgreSQL what others did.
CREATE TABLE counters (
    name {key} NOT NULL PRIMARY KEY,
    value {int} NOT NULL
) {table};

CREATE TABLE invites (
    id {key} NOT NULL PRIMARY KEY,
    gesture {int} NOT NULL CONSTRAINT invites_gesture UNIQUE,
    owner {key} NOT NULL REFERENCES users (id),
    token_hash {blob} NOT NULL CONSTRAINT invites_token_hash UNIQUE,
    token_sealed {blob} NOT NULL,
    note {name},
    email {name},
    uses_limit {int},
    people {int} NOT NULL DEFAULT 0,
    issued_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    withdrawn_at {int}
) {table};
CREATE INDEX invites_by_owner ON invites (owner, gesture);

-- Who has come by an invite.
CREATE TABLE redemptions (
    invite_id {key} NOT NULL REFERENCES invites (id),
    provider {key} NOT NULL,
    subject {key} NOT NULL,
    first_at {int} NOT NULL,
    last_at {int} NOT NULL,
    PRIMARY KEY (invite_id, provider, subject)
) {table};

CREATE TABLE acceptances (
    id {key} NOT NULL PRIMARY KEY,
    user_id {key} NOT NULL REFERENCES users (id),
    provider {key} NOT NULL,
    token_hash {blob} NOT NULL,
    token_sealed {blob} NOT NULL,
    gesture {int} NOT NULL,
    outcome {key},
    outcome_code {key},
    cancel_requested {int} NOT NULL DEFAULT 0,
    sent {int} NOT NULL DEFAULT 0,
    floor {int} NOT NULL DEFAULT 0,
    asked_again {int} NOT NULL DEFAULT 0,
    waits_for {key},
    detail {name},
    created_at {int} NOT NULL,
    gives_up_at {int} NOT NULL,
    settled_at {int},
    connection_id {key},
    reference {key} NOT NULL
) {table};
-- The same person accepts the same invite once at a time.
CREATE UNIQUE INDEX acceptances_open ON acceptances (user_id, provider, token_hash) WHERE settled_at IS NULL;
CREATE INDEX acceptances_by_user ON acceptances (user_id, created_at, id);

-- Our halves.
CREATE TABLE connections (
    id {key} NOT NULL PRIMARY KEY,
    user_id {key} NOT NULL REFERENCES users (id),
    provider {key} NOT NULL,
    subject {key} NOT NULL,
    remote_user_id {name} NOT NULL,
    name {name} NOT NULL,
    email {name} NOT NULL,
    generation {int} NOT NULL,
    phase {key} NOT NULL,
    ended_by {key},
    barrier {int} NOT NULL,
    told {key},
    signed {int} NOT NULL,
    keeps_generations {int} NOT NULL,
    invite_id {key},
    acceptance_id {key},
    token_hash {blob},
    connected_at {int} NOT NULL,
    ended_at {int},
    CONSTRAINT connections_person UNIQUE (user_id, provider, subject)
) {table};
CREATE INDEX connections_by_time ON connections (user_id, phase, connected_at, id);
CREATE INDEX connections_by_subject ON connections (provider, subject);
CREATE INDEX connections_by_token ON connections (user_id, provider, token_hash) WHERE token_hash IS NOT NULL;

-- The outbox.
CREATE TABLE deliveries (
    id {key} NOT NULL PRIMARY KEY,
    provider {key} NOT NULL,
    kind {key} NOT NULL,
    connection_id {key},
    acceptance_id {key},
    generation {int},
    state {key} NOT NULL,
    attempts {int} NOT NULL,
    due_at {int} NOT NULL,
    lease_until {int},
    lease_token {key},
    created_at {int} NOT NULL,
    gives_up_at {int} NOT NULL,
    settled_at {int},
    last_code {key},
    last_detail {name},
    reference {key} NOT NULL
) {table};
CREATE INDEX deliveries_by_time ON deliveries (state, due_at, id);
CREATE INDEX deliveries_leased ON deliveries (state, lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX deliveries_by_provider ON deliveries (provider, state, due_at);
CREATE INDEX deliveries_by_connection ON deliveries (connection_id, state) WHERE connection_id IS NOT NULL;
CREATE INDEX deliveries_by_acceptance ON deliveries (acceptance_id, state, due_at) WHERE acceptance_id IS NOT NULL;
CREATE INDEX deliveries_settled ON deliveries (state, settled_at) WHERE settled_at IS NOT NULL;

-- What we know of other servers.
CREATE TABLE peers (
    provider {key} NOT NULL PRIMARY KEY,
    discovery {name},
    discovery_at {int},
    jwks {name},
    jwks_at {int},
    signs {int} NOT NULL DEFAULT 0,
    last_ok_at {int},
    failing_since {int},
    last_code {key}
) {table};

-- The audit trail, append-only. The single writer makes the order of seq the order of commits.
CREATE TABLE events (
    seq {sequence},
    at {int} NOT NULL,
    user_id {key},
    kind {key} NOT NULL,
    data {name} NOT NULL,
    reference {key}
) {table};
CREATE INDEX events_by_user ON events (user_id, seq);
CREATE INDEX events_by_reference ON events (reference, seq) WHERE reference IS NOT NULL;

CREATE TABLE settings (
    key {key} NOT NULL PRIMARY KEY,
    value {name} NOT NULL
) {table};
