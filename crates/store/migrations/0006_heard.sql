-- What the other server said to an acceptance: how far the attempt got, its status, and its own name for the exchange.
-- Its words are in detail.
ALTER TABLE acceptances ADD COLUMN heard_stage {key};
ALTER TABLE acceptances ADD COLUMN heard_status {int};
ALTER TABLE acceptances ADD COLUMN heard_reference {key};
