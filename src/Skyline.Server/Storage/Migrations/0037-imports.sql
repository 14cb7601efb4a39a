-- What somebody imported is found among all that they built: a build of a package that was built elsewhere has no target.
CREATE INDEX builds_imported ON builds (owner_id, id) WHERE target_id IS NULL AND scratch = 0;
