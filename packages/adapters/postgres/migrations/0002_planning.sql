-- Outputs their gate sent back are kept, with who made each and how it was scored.
ALTER TABLE phase_output DROP CONSTRAINT phase_output_status_check;
ALTER TABLE phase_output ADD CONSTRAINT phase_output_status_check CHECK (status IN ('finished', 'skipped', 'refused'));
ALTER TABLE phase_output ADD COLUMN made_by text NOT NULL DEFAULT 'code';
ALTER TABLE phase_output ADD COLUMN score double precision;
ALTER TABLE phase_output ADD COLUMN evaluation jsonb;

-- Requirements and design may need a yes of their own; a no names the output that has to be made anew.
ALTER TABLE approval DROP CONSTRAINT approval_subject_check;
ALTER TABLE approval ADD CONSTRAINT approval_subject_check CHECK (subject IN ('plan', 'requirements', 'design'));
ALTER TABLE approval ADD COLUMN sent_back text;

CREATE TABLE question (
  spec_id uuid NOT NULL REFERENCES spec (id),
  number int NOT NULL,
  -- The output that asks, as PHASE@version: a newer one asks its own.
  asked_by text NOT NULL,
  text text NOT NULL,
  why text NOT NULL,
  proposal text NOT NULL,
  answer text,
  answered_by text CHECK (answered_by IN ('policy', 'person')),
  asked_at timestamptz NOT NULL,
  answered_at timestamptz,
  PRIMARY KEY (spec_id, number)
);
