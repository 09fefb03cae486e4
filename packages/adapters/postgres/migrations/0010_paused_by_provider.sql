-- A busy provider of models holds a spec as a spent budget does, and is another cause.
ALTER TABLE spec DROP CONSTRAINT spec_paused_by_check;
ALTER TABLE spec ADD CONSTRAINT spec_paused_by_check CHECK (paused_by IN ('budget', 'provider', 'person'));
