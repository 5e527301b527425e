-- From now on `signed` tells by what the other server is known: 1 by its signature, 2 by how it described itself when its
-- person came with a token alone, 0 not at all.
UPDATE connections SET signed = 2 WHERE signed = 0
    AND EXISTS (SELECT 1 FROM peers WHERE peers.provider = connections.provider AND peers.discovery IS NOT NULL);
