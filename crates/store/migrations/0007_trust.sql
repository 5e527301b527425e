-- What an administrator decided about a server by its name, why, under which account of the machine, and when.
CREATE TABLE peer_rules (
    provider {key} NOT NULL PRIMARY KEY,
    rule {key} NOT NULL,
    note {name},
    set_by {name},
    set_at {int} NOT NULL
) {table};

-- What is on its way to a server, for the moment in which it is blocked.
CREATE INDEX acceptances_open_with ON acceptances (provider, id) WHERE settled_at IS NULL;
