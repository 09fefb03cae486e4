-- Work that could not be merged with what landed meanwhile. The attempts that resolve it are of a kind of their own.
ALTER TABLE attempt DROP CONSTRAINT attempt_kind_check;
ALTER TABLE attempt ADD CONSTRAINT attempt_kind_check CHECK (kind IN ('implementation', 'exploration', 'resolution'));

CREATE TABLE conflict (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES project (id),
  spec_id uuid NOT NULL REFERENCES spec (id),
  task_id uuid NOT NULL REFERENCES task (id),
  attempt_id uuid NOT NULL REFERENCES attempt (id),
  spec_tip text NOT NULL,
  task_tip text NOT NULL,
  items jsonb NOT NULL,
  score int NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'resolving', 'with_person', 'resolved', 'dropped')),
  version int NOT NULL DEFAULT 1,
  person_tip text,
  accept_lost boolean NOT NULL DEFAULT false,
  reason text,
  found_at timestamptz NOT NULL,
  moved_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX conflict_unsettled ON conflict (task_id) WHERE state IN ('open', 'resolving', 'with_person');
CREATE INDEX conflict_task ON conflict (task_id);
CREATE INDEX conflict_spec ON conflict (spec_id);
