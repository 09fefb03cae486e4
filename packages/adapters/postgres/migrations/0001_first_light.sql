-- Common subset of PostgreSQL 15 to 18; runs on PGlite and on a server alike.

-- One row that every admission locks first, so that freeing a slot may start a task of any project without deadlock.
CREATE TABLE lock (
  name text PRIMARY KEY
);
INSERT INTO lock (name) VALUES ('admit');

-- One row that hands out event positions: its lock is held to commit, so position order is commit order.
CREATE TABLE event_position (
  id int PRIMARY KEY CHECK (id = 1),
  seq bigint NOT NULL
) WITH (fillfactor = 50);
INSERT INTO event_position (id, seq) VALUES (1, 0);

-- The counts are bumped all the time: room for the new row version on the same page keeps the index out of it.
CREATE TABLE project (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  source text NOT NULL UNIQUE,
  spec_count int NOT NULL DEFAULT 0,
  ticket_count int NOT NULL DEFAULT 0,
  task_count int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE spec (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES project (id),
  number int NOT NULL,
  request text NOT NULL,
  title text NOT NULL,
  size text NOT NULL CHECK (size IN ('direct', 'light', 'full')),
  status text NOT NULL CHECK (status IN ('draft', 'planning', 'awaiting_approval', 'executing', 'verifying', 'in_review', 'merged', 'closed', 'failed', 'cancelled')),
  phase text NOT NULL CHECK (phase IN ('EXPLORE', 'PRD', 'REQUIREMENTS', 'DESIGN', 'TASKS', 'SYNC', 'COMPLETE')),
  version int NOT NULL DEFAULT 1,
  paused_reason text,
  attention text,
  settings jsonb NOT NULL,
  scenario jsonb,
  base_branch text NOT NULL,
  base_commit text NOT NULL,
  branch text NOT NULL,
  assumptions jsonb NOT NULL DEFAULT '[]',
  requested_at timestamptz NOT NULL,
  ended_at timestamptz,
  UNIQUE (project_id, number)
);
CREATE INDEX spec_status ON spec (status);

CREATE TABLE phase_output (
  spec_id uuid NOT NULL REFERENCES spec (id),
  phase text NOT NULL CHECK (phase IN ('EXPLORE', 'PRD', 'REQUIREMENTS', 'DESIGN', 'TASKS', 'SYNC', 'COMPLETE')),
  version int NOT NULL,
  status text NOT NULL CHECK (status IN ('finished', 'skipped')),
  output jsonb,
  made_from jsonb NOT NULL,
  prompt_digest text,
  findings jsonb NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL,
  PRIMARY KEY (spec_id, phase, version)
);

CREATE TABLE requirement (
  id uuid PRIMARY KEY,
  spec_id uuid NOT NULL REFERENCES spec (id),
  label text NOT NULL,
  text text NOT NULL,
  priority text NOT NULL CHECK (priority IN ('must', 'should')),
  UNIQUE (spec_id, label)
);

CREATE TABLE criterion (
  id uuid PRIMARY KEY,
  requirement_id uuid NOT NULL REFERENCES requirement (id),
  spec_id uuid NOT NULL REFERENCES spec (id),
  label text NOT NULL,
  text text NOT NULL,
  UNIQUE (spec_id, label)
);

-- "check" is a reserved word of SQL.
CREATE TABLE criterion_check (
  id uuid PRIMARY KEY,
  criterion_id uuid NOT NULL REFERENCES criterion (id),
  spec_id uuid NOT NULL REFERENCES spec (id),
  origin text NOT NULL CHECK (origin IN ('planner', 'repository', 'validator', 'implementer')),
  command text NOT NULL,
  directory text NOT NULL,
  timeout_ms int NOT NULL,
  expected_exit_code int NOT NULL,
  files jsonb NOT NULL DEFAULT '[]'
);

CREATE TABLE approval (
  id uuid PRIMARY KEY,
  spec_id uuid NOT NULL REFERENCES spec (id),
  subject text NOT NULL CHECK (subject IN ('plan')),
  digest text NOT NULL,
  decision text NOT NULL CHECK (decision IN ('approved', 'rejected')),
  decided_by text NOT NULL CHECK (decided_by IN ('policy', 'person')),
  reason text,
  decided_at timestamptz NOT NULL
);

CREATE TABLE ticket (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES project (id),
  spec_id uuid NOT NULL REFERENCES spec (id),
  number int NOT NULL,
  title text NOT NULL,
  branch text NOT NULL,
  UNIQUE (project_id, number)
);

CREATE TABLE task (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES project (id),
  spec_id uuid NOT NULL REFERENCES spec (id),
  ticket_id uuid NOT NULL REFERENCES ticket (id),
  number int NOT NULL,
  title text NOT NULL,
  description text NOT NULL,
  mode text NOT NULL CHECK (mode IN ('exploration', 'implementation', 'validation')),
  status text NOT NULL CHECK (status IN ('pending', 'ready', 'running', 'validating', 'landing', 'complete', 'retrying', 'blocked', 'failed', 'cancelled')),
  version int NOT NULL DEFAULT 1,
  priority text NOT NULL CHECK (priority IN ('critical', 'high', 'medium', 'low')),
  declared_files jsonb NOT NULL,
  unmet int NOT NULL CHECK (unmet >= 0),
  -- Length in tasks of the longest chain that waits for this one, itself included.
  downstream int NOT NULL,
  score double precision,
  score_factors jsonb,
  blocked_reason text CHECK (blocked_reason IN ('criteria', 'attempts', 'dependency', 'policy', 'conflict')),
  question text,
  branch text NOT NULL,
  created_at timestamptz NOT NULL,
  ready_at timestamptz,
  retry_at timestamptz,
  ended_at timestamptz,
  UNIQUE (project_id, number)
);
CREATE INDEX task_ready ON task (project_id, ready_at, number) WHERE status = 'ready';
CREATE INDEX task_spec ON task (spec_id);

CREATE TABLE task_edge (
  needs_id uuid NOT NULL REFERENCES task (id),
  task_id uuid NOT NULL REFERENCES task (id),
  kind text NOT NULL CHECK (kind IN ('hard', 'overlap')),
  PRIMARY KEY (needs_id, task_id),
  CHECK (needs_id <> task_id)
);
CREATE INDEX task_edge_task ON task_edge (task_id);

CREATE TABLE task_criterion (
  task_id uuid NOT NULL REFERENCES task (id),
  criterion_id uuid NOT NULL REFERENCES criterion (id),
  PRIMARY KEY (task_id, criterion_id)
);

CREATE TABLE attempt (
  id uuid PRIMARY KEY,
  task_id uuid NOT NULL REFERENCES task (id),
  spec_id uuid NOT NULL REFERENCES spec (id),
  project_id uuid NOT NULL REFERENCES project (id),
  number int NOT NULL,
  kind text NOT NULL CHECK (kind IN ('implementation')),
  state text NOT NULL CHECK (state IN ('queued', 'provisioning', 'working', 'collecting', 'proving', 'landed', 'rejected', 'failed', 'lost', 'cancelled', 'finished', 'parked')),
  version int NOT NULL DEFAULT 1,
  epoch int NOT NULL DEFAULT 0,
  job_id uuid NOT NULL,
  agent text NOT NULL,
  workflow_version int NOT NULL,
  branch text NOT NULL,
  base_commit text,
  tip text,
  brief text,
  feedback jsonb,
  reason text,
  agent_state text NOT NULL CHECK (agent_state IN ('starting', 'active', 'idle', 'stuck', 'finished', 'failed')),
  agent_summary text,
  parked_until timestamptz,
  -- Set when a person asked for it; the handler obeys at its next step or when it is woken.
  cancel_requested boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  claimed_at timestamptz,
  started_at timestamptz,
  beat_at timestamptz,
  output_at timestamptz,
  ended_at timestamptz,
  UNIQUE (task_id, number)
);
CREATE UNIQUE INDEX attempt_live ON attempt (task_id)
  WHERE state IN ('queued', 'provisioning', 'working', 'collecting', 'proving', 'parked');
CREATE INDEX attempt_spec ON attempt (spec_id);

CREATE TABLE step (
  attempt_id uuid NOT NULL REFERENCES attempt (id),
  name text NOT NULL,
  state text NOT NULL CHECK (state IN ('intent', 'done')),
  epoch int NOT NULL,
  output jsonb,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (attempt_id, name)
);

-- How many slots a scope should have: `global`, or `project:` and its id. A slot that is released while its scope has
-- more than that is deleted.
CREATE TABLE slot_scope (
  scope text PRIMARY KEY,
  size int NOT NULL CHECK (size >= 0)
);

-- A limit is a number of rows: it cannot be exceeded, because there is no further row.
CREATE TABLE slot (
  scope text NOT NULL REFERENCES slot_scope (scope),
  n int NOT NULL,
  -- Checked at commit, so that a slot may be taken before its attempt is written.
  attempt_id uuid REFERENCES attempt (id) DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (scope, n),
  UNIQUE (scope, attempt_id)
);
CREATE INDEX slot_free ON slot (scope, n) WHERE attempt_id IS NULL;
CREATE INDEX slot_held ON slot (attempt_id) WHERE attempt_id IS NOT NULL;

CREATE TABLE sandbox (
  id text PRIMARY KEY,
  attempt_id uuid NOT NULL REFERENCES attempt (id),
  provider text NOT NULL,
  mode text NOT NULL CHECK (mode IN ('exploration', 'implementation', 'validation')),
  isolation text NOT NULL CHECK (isolation IN ('none', 'partial', 'full')),
  state text NOT NULL CHECK (state IN ('opening', 'open', 'closed', 'destroyed')),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  destroyed_at timestamptz
);
CREATE INDEX sandbox_attempt ON sandbox (attempt_id);

CREATE TABLE evidence (
  id uuid PRIMARY KEY,
  check_id uuid NOT NULL REFERENCES criterion_check (id),
  attempt_id uuid NOT NULL REFERENCES attempt (id),
  subject text NOT NULL CHECK (subject IN ('base', 'candidate')),
  commit text NOT NULL,
  tree text NOT NULL,
  environment text NOT NULL,
  exit_code int,
  timed_out boolean NOT NULL,
  passed boolean NOT NULL,
  output_digest text NOT NULL,
  tail text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL
);
CREATE INDEX evidence_attempt ON evidence (attempt_id);

CREATE TABLE verdict (
  attempt_id uuid NOT NULL REFERENCES attempt (id),
  criterion_id uuid NOT NULL REFERENCES criterion (id),
  candidate_commit text NOT NULL,
  met boolean NOT NULL,
  confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  evidence jsonb NOT NULL,
  reasoning text NOT NULL,
  -- What code made of it: a verdict that cites what does not exist, or says met over a red check, does not count.
  void_reason text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (attempt_id, criterion_id, candidate_commit)
);

CREATE TABLE candidate (
  attempt_id uuid NOT NULL REFERENCES attempt (id),
  spec_tip text NOT NULL,
  spec_id uuid NOT NULL REFERENCES spec (id),
  task_tip text NOT NULL,
  commit text NOT NULL,
  tree text NOT NULL,
  state text NOT NULL CHECK (state IN ('proposed', 'proven', 'landed', 'returned')),
  reason text,
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (attempt_id, spec_tip)
);

CREATE TABLE intervention (
  id uuid PRIMARY KEY,
  attempt_id uuid NOT NULL REFERENCES attempt (id),
  kind text NOT NULL CHECK (kind IN ('nudge', 'restart')),
  reason text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX intervention_attempt ON intervention (attempt_id);

CREATE TABLE model_call (
  id uuid PRIMARY KEY,
  spec_id uuid NOT NULL REFERENCES spec (id),
  attempt_id uuid REFERENCES attempt (id),
  role text NOT NULL,
  model text NOT NULL,
  prompt_digest text NOT NULL,
  tries int NOT NULL,
  input_tokens bigint NOT NULL,
  output_tokens bigint NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL
);
CREATE INDEX model_call_spec ON model_call (spec_id);

CREATE TABLE pull_request (
  spec_id uuid PRIMARY KEY REFERENCES spec (id),
  state text NOT NULL CHECK (state IN ('open', 'merged', 'closed')),
  branch text NOT NULL,
  base_branch text NOT NULL,
  head_commit text NOT NULL,
  title text NOT NULL,
  body text NOT NULL,
  opened_at timestamptz NOT NULL
);

CREATE TABLE event (
  seq bigint PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES project (id),
  spec_id uuid REFERENCES spec (id),
  task_id uuid REFERENCES task (id),
  attempt_id uuid REFERENCES attempt (id),
  type text NOT NULL,
  payload jsonb NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX event_spec ON event (spec_id, seq);

-- What was answered to a request that carried an Idempotency-Key; "answer" is null until there is one.
CREATE TABLE idempotency_key (
  key text PRIMARY KEY,
  digest text NOT NULL,
  answer jsonb,
  created_at timestamptz NOT NULL
);
