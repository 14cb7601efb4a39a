-- Why no new builds are given to builders now, where the server itself has stopped that; empty as a rule.
CREATE TABLE stopped (
    what TEXT PRIMARY KEY CHECK (what IN ('disk')),
    since INTEGER NOT NULL
) WITHOUT ROWID;
