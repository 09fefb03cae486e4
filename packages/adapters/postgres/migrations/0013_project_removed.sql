-- A removed project keeps its rows and its hub: what was proven stays readable, and adding it again brings it back.
ALTER TABLE project ADD COLUMN removed_at timestamptz;
