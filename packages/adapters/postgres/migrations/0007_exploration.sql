-- Exploring a repository is an attempt like any other, at a task that is not part of the plan: it has no ticket and a
-- number of its own, so that the numbers of the plan's tasks have no gaps.
ALTER TABLE project ADD COLUMN exploration_count int NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN kind text NOT NULL DEFAULT 'work' CHECK (kind IN ('work', 'exploration'));
ALTER TABLE task ALTER COLUMN ticket_id DROP NOT NULL;
ALTER TABLE task ADD CONSTRAINT task_ticket CHECK ((ticket_id IS NULL) = (kind = 'exploration'));
ALTER TABLE task DROP CONSTRAINT task_project_id_number_key;
ALTER TABLE task ADD CONSTRAINT task_number UNIQUE (project_id, kind, number);

-- How an attempt goes about its task, and the model its agent asks when that is not the configured one.
ALTER TABLE attempt DROP CONSTRAINT attempt_kind_check;
ALTER TABLE attempt ADD CONSTRAINT attempt_kind_check CHECK (kind IN ('implementation', 'exploration'));
ALTER TABLE attempt ADD COLUMN strategy text NOT NULL DEFAULT 'first'
  CHECK (strategy IN ('first', 'mend', 'other_model', 'fresh_start'));
ALTER TABLE attempt ADD COLUMN model text;
