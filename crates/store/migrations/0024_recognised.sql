-- Since when a server is recognised by what is noted about it now, or by nothing but the ordinary rules after something was
-- taken back: what was heard in its name before may be the words of another one.
ALTER TABLE peers ADD COLUMN recognised_since {int};
UPDATE peers SET recognised_since =
    (SELECT MAX(n.set_at) FROM peer_notes n WHERE n.provider = peers.provider AND n.aspect IN ('ca', 'pin'));
