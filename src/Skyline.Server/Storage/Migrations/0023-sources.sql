-- Builds from Git: this server fetches the tree, a builder makes the source package of it.

-- Such a build has a target before it has a source package. A constraint is nothing on the disk, so only its words are changed, as SQLite's
-- manual says for this case ("Making Other Kinds Of Table Schema Changes"); making the table anew would lose what later migrations added.
PRAGMA writable_schema=ON;
UPDATE sqlite_schema SET sql = replace(sql, 'CHECK ((target_id IS NULL) = (srpm_sha256 IS NULL))', 'CHECK (target_id IS NOT NULL OR srpm_sha256 IS NULL)')
WHERE type = 'table' AND name = 'builds';
PRAGMA writable_schema=RESET;

-- Where a build's source package is from: noted for ever.
CREATE TABLE build_sources (
    build_id INTEGER PRIMARY KEY REFERENCES builds(id),
    url TEXT NOT NULL,
    -- As it was asked for: a branch, a tag, a commit; '': the repository's own HEAD.
    ref TEXT NOT NULL,
    -- '': the top.
    subdirectory TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('Spec', 'DistGit', 'MakeSrpm')),
    -- The only architectures that a scratch build is for, with commas between; null: all of its tag's.
    arches TEXT,
    -- What the ref was when it was fetched; null: it is yet to be.
    commit_id TEXT,
    fetched_at INTEGER,
    -- The tree as a tar, while it is kept.
    tar_sha256 TEXT,
    tar_size INTEGER
);
CREATE INDEX build_sources_tar ON build_sources (tar_sha256) WHERE tar_sha256 IS NOT NULL;

-- Files that a run asked this server to fetch for its source package, by the list that it told once.
CREATE TABLE run_sources (
    run_id INTEGER NOT NULL REFERENCES task_runs(id),
    number INTEGER NOT NULL,
    file_name TEXT NOT NULL,
    url TEXT NOT NULL,
    -- What it must have: "sha512:HEX"; null: nothing says.
    checksum TEXT,
    -- Of what came; null: it was not fetched (yet).
    sha256 TEXT,
    size INTEGER,
    fetched_at INTEGER,
    -- The same, while it is kept.
    blob_sha256 TEXT,
    PRIMARY KEY (run_id, number)
) WITHOUT ROWID;
CREATE INDEX run_sources_blob ON run_sources (blob_sha256) WHERE blob_sha256 IS NOT NULL;
CREATE INDEX run_sources_url ON run_sources (url, checksum) WHERE blob_sha256 IS NOT NULL AND checksum IS NOT NULL;
