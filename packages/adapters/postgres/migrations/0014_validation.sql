-- The validator's work is an attempt of its own that names the attempt it judges: that one holds task and slots for both.
ALTER TABLE attempt DROP CONSTRAINT attempt_kind_check;
ALTER TABLE attempt ADD CONSTRAINT attempt_kind_check
  CHECK (kind IN ('implementation', 'exploration', 'resolution', 'base_merge', 'validation'));
ALTER TABLE attempt ADD COLUMN judges uuid REFERENCES attempt (id);
ALTER TABLE attempt ADD CONSTRAINT attempt_judges CHECK ((judges IS NULL) = (kind <> 'validation'));

ALTER TABLE attempt DROP CONSTRAINT attempt_task_id_number_key;
CREATE UNIQUE INDEX attempt_number ON attempt (task_id, number) WHERE judges IS NULL;
CREATE UNIQUE INDEX attempt_validation ON attempt (judges, number) WHERE judges IS NOT NULL;
DROP INDEX attempt_live;
CREATE UNIQUE INDEX attempt_live ON attempt (task_id)
  WHERE judges IS NULL AND state IN ('queued', 'provisioning', 'working', 'collecting', 'proving', 'parked');
CREATE INDEX attempt_task ON attempt (task_id);

-- A verdict is about the attempt whose candidate was judged and given by its validation.
ALTER TABLE verdict ADD COLUMN validation_id uuid REFERENCES attempt (id);
