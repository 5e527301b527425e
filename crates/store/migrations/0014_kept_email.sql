-- Whether the person who accepts keeps their e-mail address to themselves; the other server gets a stand-in.
ALTER TABLE acceptances ADD COLUMN keeps_email {int} NOT NULL DEFAULT 0;
