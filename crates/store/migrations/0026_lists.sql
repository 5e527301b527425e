-- Those invites of a person that may still be open; see `invites.open`.
CREATE INDEX invites_unused ON invites (owner, gesture)
    WHERE withdrawn_at IS NULL AND (uses_limit IS NULL OR people < uses_limit);
-- Ended connections are listed by when they ended. Each has the moment; one without would be in no list.
UPDATE connections SET ended_at = connected_at WHERE phase = 'disconnected' AND ended_at IS NULL;
CREATE INDEX connections_by_end ON connections (user_id, phase, ended_at, id);
-- Who came by an invite, first comer first.
CREATE INDEX redemptions_by_time ON redemptions (invite_id, first_at, provider, subject);
-- What a person waits for, behind any number of what they have accepted.
CREATE INDEX acceptances_pending ON acceptances (user_id, created_at, id) WHERE settled_at IS NULL;
-- Whether any server is trusted by name.
CREATE INDEX peer_rules_by_rule ON peer_rules (rule);
