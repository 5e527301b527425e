-- Why an acceptance was stopped by a decision of the administrators and not cancelled by its person.
ALTER TABLE acceptances ADD COLUMN stop_code {key};
