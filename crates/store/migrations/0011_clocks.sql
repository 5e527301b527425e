-- By how many seconds the two clocks differ, where the other server turned a signature away for it and says so.
ALTER TABLE acceptances ADD COLUMN heard_clocks_differ {int};
ALTER TABLE delivery_attempts ADD COLUMN clocks_differ {int};
