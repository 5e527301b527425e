-- Those invites of a person that may still be open; see `invites.open`.
CREATE INDEX invites_unused ON invites (owner, gesture)
    WHERE withdrawn_at IS NULL AND (uses_limit IS NULL OR people < uses_limit);
