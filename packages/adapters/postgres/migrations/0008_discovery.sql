ALTER TABLE project ADD COLUMN discovery_count int NOT NULL DEFAULT 0;
-- Reports beyond what one attempt is listened to: counted, not kept.
ALTER TABLE attempt ADD COLUMN dropped_discoveries int NOT NULL DEFAULT 0;

-- Work an agent came upon that is not its own. Its words are the agent's.
CREATE TABLE discovery (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES project (id),
  spec_id uuid NOT NULL REFERENCES spec (id),
  number int NOT NULL,
  task_id uuid NOT NULL REFERENCES task (id),
  attempt_id uuid NOT NULL REFERENCES attempt (id),
  depth int NOT NULL CHECK (depth >= 1),
  title text NOT NULL,
  description text NOT NULL,
  why text NOT NULL,
  files jsonb NOT NULL,
  criterion text NOT NULL,
  check_command text,
  requirement text,
  state text NOT NULL CHECK (state IN ('inbox', 'accepted', 'dismissed')),
  version int NOT NULL DEFAULT 1,
  reason text,
  decided_by text CHECK (decided_by IN ('policy', 'person')),
  became_task_id uuid REFERENCES task (id),
  -- Of exactly what was accepted.
  digest text,
  reports int NOT NULL DEFAULT 1,
  reported_at timestamptz NOT NULL,
  decided_at timestamptz,
  UNIQUE (project_id, number)
);
CREATE INDEX discovery_spec ON discovery (spec_id);
CREATE INDEX discovery_inbox ON discovery (reported_at) WHERE state = 'inbox';
