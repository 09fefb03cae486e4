-- What may be spent and what was: one account for each scope and unit. A call counts against several at once.
CREATE TABLE budget (
  scope text NOT NULL,
  unit text NOT NULL CHECK (unit IN ('usd_micros', 'tokens')),
  cap bigint CHECK (cap >= 0),
  settled bigint NOT NULL DEFAULT 0 CHECK (settled >= 0),
  reserved bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  overrun bigint NOT NULL DEFAULT 0 CHECK (overrun >= 0),
  PRIMARY KEY (scope, unit),
  CONSTRAINT budget_within_cap CHECK (settled + reserved <= cap)
) WITH (fillfactor = 50);

-- What is held for a call in flight, on the accounts of "scopes".
CREATE TABLE reservation (
  id uuid PRIMARY KEY,
  spec_id uuid NOT NULL REFERENCES spec (id),
  attempt_id uuid REFERENCES attempt (id),
  epoch int,
  scopes jsonb NOT NULL,
  usd_micros bigint NOT NULL,
  tokens bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('held', 'settled', 'expired')),
  held_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX reservation_held ON reservation (id) WHERE state = 'held';

-- A row is one exchange with a provider; "answered" is the only outcome whose tokens the provider itself has counted.
ALTER TABLE model_call DROP COLUMN tries;
ALTER TABLE model_call ADD COLUMN outcome text NOT NULL DEFAULT 'answered'
  CHECK (outcome IN ('answered', 'cut', 'refused', 'unknown'));
ALTER TABLE model_call ADD COLUMN cache_read_tokens bigint NOT NULL DEFAULT 0;
ALTER TABLE model_call ADD COLUMN cache_write_tokens bigint NOT NULL DEFAULT 0;
ALTER TABLE model_call ADD COLUMN cost_micros bigint;
