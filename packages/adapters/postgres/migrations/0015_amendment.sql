-- A person's yes to a criterion: of a judged one it is the proof, of any other it says that it may be left out.
ALTER TABLE criterion ADD COLUMN accepted_reason text;

-- A check that was replaced is not run any more; evidence of it stays.
ALTER TABLE criterion_check ADD COLUMN retired_at timestamptz;

ALTER TABLE task DROP CONSTRAINT task_blocked_reason_check;
ALTER TABLE task ADD CONSTRAINT task_blocked_reason_check
  CHECK (blocked_reason IN ('criteria', 'attempts', 'dependency', 'policy', 'conflict', 'question', 'replan'));

-- A change of an approved plan: open until a planner gave what it needs and that is published.
CREATE TABLE amendment (
  id uuid PRIMARY KEY,
  spec_id uuid NOT NULL REFERENCES spec (id),
  cause text NOT NULL CHECK (cause IN ('edited', 'failed', 'asked')),
  task_id uuid UNIQUE REFERENCES task (id),
  criterion_ids jsonb NOT NULL,
  decided_by text NOT NULL CHECK (decided_by IN ('policy', 'person')),
  created_task_ids jsonb NOT NULL DEFAULT '[]',
  opened_at timestamptz NOT NULL,
  applied_at timestamptz
);
CREATE INDEX amendment_open ON amendment (spec_id) WHERE applied_at IS NULL;
