-- How many builds ended when, and what became of a person's: the home page asks both, of a million.
-- (A row of the first is written when a build ends, of the second when it is made: neither when a run is leased.) What was imported was not built here.
CREATE INDEX builds_ended ON builds (ended_at, state) WHERE ended_at IS NOT NULL AND target_id IS NOT NULL;
CREATE INDEX builds_owner ON builds (owner_id, id);
