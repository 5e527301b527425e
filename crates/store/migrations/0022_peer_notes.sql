-- What administrators have noted about a server: 'ca' (issuers of certificates in PEM), 'pin' (keys by which it is recognised,
-- with spaces between), 'sign' and 'take' (how messages to it and from it are signed), 'note' (their own words). `summary` is
-- what is told of it: digests instead of certificates. Under which account, and when.
CREATE TABLE peer_notes (
    provider {key} NOT NULL,
    aspect {key} NOT NULL,
    value {name} NOT NULL,
    summary {name} NOT NULL,
    set_by {name},
    set_at {int} NOT NULL,
    PRIMARY KEY (provider, aspect)
) {table};
