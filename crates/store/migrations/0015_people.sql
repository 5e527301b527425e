-- What a person calls somebody whom they are connected with, and the words by which the two of them are found: names,
-- e-mail address and address in lower case.
ALTER TABLE connections ADD COLUMN nickname {name};
ALTER TABLE connections ADD COLUMN words {name} NOT NULL DEFAULT '';
UPDATE connections SET words = LOWER(name || ' ' || email || ' ' || remote_user_id || '@' || provider);
CREATE INDEX connections_by_server ON connections (user_id, phase, provider, connected_at, id);

-- A session has a name to be ended by, and says where it was opened. Those from before could not be told apart, so people
-- log in once more.
DELETE FROM sessions;
ALTER TABLE sessions ADD COLUMN id {key} NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN browser {name};
ALTER TABLE sessions ADD COLUMN system {name};
ALTER TABLE sessions ADD COLUMN seen_at {int};
CREATE INDEX sessions_by_id ON sessions (id);

-- People who leave: kept until everybody whom they were connected with is disconnected, and after that as a proof.
CREATE TABLE departures (
    user_id {key} NOT NULL PRIMARY KEY REFERENCES users (id),
    asked_at {int} NOT NULL,
    by_administrator {int} NOT NULL,
    reference {key} NOT NULL,
    due_at {int} NOT NULL,
    done_at {int}
) {table};
CREATE INDEX departures_open ON departures (due_at) WHERE done_at IS NULL;
