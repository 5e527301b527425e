-- Whoever accepted, and had to wait, may be told by mail that they are connected. `asked_at` is when they last did something
-- about it themselves, if that was after they accepted: whoever has just done so sees what comes of it.
ALTER TABLE notifications ADD COLUMN connected {int} NOT NULL DEFAULT 1;
ALTER TABLE acceptances ADD COLUMN asked_at {int};
