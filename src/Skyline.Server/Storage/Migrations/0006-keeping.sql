-- What a tag keeps of its past: so many of its newest snapshots, and all that were its newest within so many days.
ALTER TABLE tags ADD COLUMN keep_snapshots INTEGER NOT NULL DEFAULT 20;
ALTER TABLE tags ADD COLUMN keep_days INTEGER NOT NULL DEFAULT 14;

-- When retention removed the packages of a build; the build itself, its log and its source package stay.
ALTER TABLE builds ADD COLUMN packages_removed_at INTEGER;

CREATE INDEX snapshots_of_tag ON snapshots (tag_id);

-- Who asks whether a blob is still wanted asks by its hash.
CREATE INDEX IF NOT EXISTS builds_srpm_sha256 ON builds (srpm_sha256);
CREATE INDEX IF NOT EXISTS run_files_sha256 ON run_files (sha256);
CREATE INDEX IF NOT EXISTS task_runs_lock_sha256 ON task_runs (lock_sha256);
