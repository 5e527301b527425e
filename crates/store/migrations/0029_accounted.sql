-- Of how many attempts it is known that they were not acted on: nothing was sent, or the answer says so. One that is missing
-- may have been acted on, and its answer was lost.
ALTER TABLE deliveries ADD COLUMN accounted {int} NOT NULL DEFAULT 0;
