-- Lists of servers that somebody keeps for a federation: where each is fetched, and whose signature is believed.
CREATE TABLE directories (
    url {key} NOT NULL PRIMARY KEY,
    keys {name} NOT NULL,
    added_by {name},
    added_at {int} NOT NULL,
    federation {name},
    left_out {int} NOT NULL DEFAULT 0,
    fetched_at {int},
    next_at {int} NOT NULL,
    fault {name}
) {table};

-- The last good copy of each.
CREATE TABLE directory_servers (
    directory {key} NOT NULL REFERENCES directories (url),
    provider {key} NOT NULL,
    name {name} NOT NULL,
    PRIMARY KEY (directory, provider)
) {table};
CREATE INDEX directory_servers_by_provider ON directory_servers (provider);
