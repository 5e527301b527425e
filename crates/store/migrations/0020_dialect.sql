-- The best way to sign that a server has ever offered or used: 'rfc9421' or 'cavage'. Nothing less is taken from it, or sent
-- to it, afterwards. Until now, only the former was understood.
ALTER TABLE peers ADD COLUMN dialect {key};
UPDATE peers SET dialect = 'rfc9421' WHERE signs = 1;
