-- Who holds a spec: its budget, which may be larger after a restart or the next day, or a person, who alone lets go.
ALTER TABLE spec ADD COLUMN paused_by text CHECK (paused_by IN ('budget', 'person'));
UPDATE spec SET paused_by = 'budget' WHERE paused_reason IS NOT NULL;
ALTER TABLE spec ADD CONSTRAINT spec_paused CHECK ((paused_by IS NULL) = (paused_reason IS NULL));
