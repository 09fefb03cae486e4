-- When a paused spec goes on by itself: a new day, or a provider's reset. Null: a person ends the pause.
ALTER TABLE spec ADD COLUMN paused_until timestamptz;
