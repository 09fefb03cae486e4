-- The user's base branch moves on while a feature is built: a task brings its newest commit in, first without an agent.
ALTER TABLE task ADD COLUMN merge_commit text;
ALTER TABLE attempt DROP CONSTRAINT attempt_kind_check;
ALTER TABLE attempt ADD CONSTRAINT attempt_kind_check
  CHECK (kind IN ('implementation', 'exploration', 'resolution', 'base_merge'));

-- The newest commit of the base branch a pull request contains; what it changes is told against it.
ALTER TABLE pull_request ADD COLUMN base_commit text;
UPDATE pull_request SET base_commit = spec.base_commit FROM spec WHERE spec.id = pull_request.spec_id;
ALTER TABLE pull_request ALTER COLUMN base_commit SET NOT NULL;
