-- What the agents of a task asked and were told. The last word being the agent's means that it waits for an answer.
CREATE TABLE message (
  task_id uuid NOT NULL REFERENCES task (id),
  number int NOT NULL,
  sender text NOT NULL CHECK (sender IN ('agent', 'person', 'policy')),
  text text NOT NULL,
  proposal text,
  -- The attempt whose agent said it, or was given it.
  attempt_id uuid REFERENCES attempt (id),
  said_at timestamptz NOT NULL,
  heard_at timestamptz,
  PRIMARY KEY (task_id, number)
);

ALTER TABLE task DROP CONSTRAINT task_blocked_reason_check;
ALTER TABLE task ADD CONSTRAINT task_blocked_reason_check
  CHECK (blocked_reason IN ('criteria', 'attempts', 'dependency', 'policy', 'conflict', 'question'));
ALTER TABLE attempt DROP CONSTRAINT attempt_agent_state_check;
ALTER TABLE attempt ADD CONSTRAINT attempt_agent_state_check
  CHECK (agent_state IN ('starting', 'active', 'idle', 'stuck', 'waiting', 'finished', 'failed'));
