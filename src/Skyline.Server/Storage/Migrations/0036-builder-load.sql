-- Builders go, and how busy they were is remembered.

-- Null: it is here. One that was removed has no token and no work; its runs stay, and whoever enrols that name again goes on with them.
ALTER TABLE builders ADD COLUMN removed_at INTEGER;

-- Of every builder that was heard of, one row for ten minutes, kept for a week: how many runs it had in the mean, and how many it could have had.
CREATE TABLE builder_load (
    builder_id INTEGER NOT NULL REFERENCES builders(id),
    at INTEGER NOT NULL,
    running REAL NOT NULL,
    slots INTEGER NOT NULL,
    PRIMARY KEY (builder_id, at)
) WITHOUT ROWID;
CREATE INDEX builder_load_at ON builder_load (at);
