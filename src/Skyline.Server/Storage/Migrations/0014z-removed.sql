-- A tag or target that was removed keeps its row, for the history; its name is not given again.
ALTER TABLE tags ADD COLUMN removed_at INTEGER;
ALTER TABLE targets ADD COLUMN removed_at INTEGER;
