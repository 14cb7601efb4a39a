-- The builder's own name for the question for work that a run was the answer to: asked again, a lost answer is given again.
ALTER TABLE task_runs ADD COLUMN question TEXT;
