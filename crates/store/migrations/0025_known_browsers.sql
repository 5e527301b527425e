-- Browsers in which somebody has logged in before this count as strange ones: an administrator has ended all sessions.
ALTER TABLE users ADD COLUMN browsers_since {int};
