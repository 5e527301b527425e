-- Why an attempt came to nothing on the way, or what makes no sense in its answer: our words, beside those of the other
-- server. Until now they stood in its place.
ALTER TABLE delivery_attempts ADD COLUMN fault {name};
UPDATE delivery_attempts SET fault = said, said = NULL WHERE status IS NULL;

-- What a server said when halves could not be compared with it.
ALTER TABLE syncs ADD COLUMN last_said {name};
