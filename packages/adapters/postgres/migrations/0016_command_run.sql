-- What the validator asked to see run on a candidate. It is evidence beside that of the checks, and proves nothing alone.
CREATE TABLE command_run (
  id uuid PRIMARY KEY,
  validation_id uuid NOT NULL REFERENCES attempt (id),
  name text NOT NULL,
  argv jsonb NOT NULL,
  directory text NOT NULL,
  why text NOT NULL,
  commit text NOT NULL,
  tree text NOT NULL,
  environment text NOT NULL,
  exit_code int,
  timed_out boolean NOT NULL,
  output_digest text NOT NULL,
  tail text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL,
  UNIQUE (validation_id, name)
);

-- Names of the commands a verdict cites beside its evidence.
ALTER TABLE verdict ADD COLUMN commands jsonb NOT NULL DEFAULT '[]';
