-- When a run that is not over entered each phase, as its builder's heartbeats told: words "PHASE MILLISECONDS", one after another. What took how long is told by its report (phases).
ALTER TABLE task_runs ADD COLUMN phase_starts TEXT;
