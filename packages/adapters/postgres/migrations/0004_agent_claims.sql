-- What the agent last said it is doing: {message, percent, at}. A claim, beside what is observed of it.
ALTER TABLE attempt ADD COLUMN progress jsonb;
