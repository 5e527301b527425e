-- Signatures that were seen, for as long as they could be accepted again.
CREATE TABLE seen_signatures (
    digest {blob} NOT NULL PRIMARY KEY,
    until {int} NOT NULL
) {table};
CREATE INDEX seen_signatures_by_end ON seen_signatures (until);
