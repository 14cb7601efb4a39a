-- A buildroot's recipe as of a run, without where its packages came from: those are in the run's lock.
CREATE TABLE recipes (
    sha256 TEXT PRIMARY KEY,
    engine TEXT NOT NULL,
    json TEXT NOT NULL
) WITHOUT ROWID;
ALTER TABLE task_runs ADD COLUMN recipe_sha256 TEXT REFERENCES recipes(sha256);

-- What is built anew, and of each task the run whose lock and recipe it is built from; NULL: from what there is now.
ALTER TABLE builds ADD COLUMN rebuilds_id INTEGER REFERENCES builds(id);
ALTER TABLE build_tasks ADD COLUMN like_run_id INTEGER REFERENCES task_runs(id);

-- Locks of runs that succeeded. noted_at: since when its packages are in lock_packages, and kept as far as they can be had.
CREATE TABLE locks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    noted_at INTEGER
);
CREATE INDEX locks_unnoted ON locks (id) WHERE noted_at IS NULL;

-- A package that a kept lock names, by the SHA-256 of its file. blob_sha256: of an upstream's package, kept for the locks. One of our
-- own is a signed head and its blob (signed_rpms), which stay as long as a lock names them.
CREATE TABLE locked_packages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    blob_sha256 TEXT,
    -- Why it is not kept.
    why TEXT
);
CREATE INDEX locked_packages_blob ON locked_packages (blob_sha256) WHERE blob_sha256 IS NOT NULL;
CREATE TABLE lock_packages (
    lock_id INTEGER NOT NULL REFERENCES locks(id),
    package_id INTEGER NOT NULL REFERENCES locked_packages(id),
    PRIMARY KEY (lock_id, package_id)
) WITHOUT ROWID;
CREATE INDEX lock_packages_package ON lock_packages (package_id);
CREATE INDEX signed_rpms_sha256 ON signed_rpms (sha256);

INSERT INTO sqlite_sequence (name, seq) VALUES ('locks', 400), ('locked_packages', 90000);
INSERT INTO locks (sha256) SELECT DISTINCT lock_sha256 FROM task_runs WHERE state = 'Succeeded' AND lock_sha256 IS NOT NULL;
