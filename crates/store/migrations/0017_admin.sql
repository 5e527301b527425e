-- Who may look after this server on its pages. Nobody is made one by coming first.
ALTER TABLE users ADD COLUMN admin {int} NOT NULL DEFAULT 0;

-- With which servers people here are connected now, and how many of them.
CREATE INDEX connections_linked ON connections (provider) WHERE phase = 'connected';
