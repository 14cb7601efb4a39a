-- Upstream repositories. One that a chroot definition names is kept here too, under the definition's name and the repository's id.
CREATE TABLE externals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    release_version TEXT NOT NULL,
    -- Armored OpenPGP public keys; empty: none.
    keys TEXT NOT NULL,
    -- Where a chroot definition says that the keys are, on others' servers; one a line.
    key_urls TEXT NOT NULL DEFAULT '',
    signed_metadata INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    chroot TEXT,
    chroot_repo TEXT,
    -- A chroot's repository that its definition names no more is served on, and asked for no more.
    active INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    CHECK ((chroot IS NULL) = (chroot_repo IS NULL))
);

-- A state of an upstream repository: immutable, named by the hash of its repomd.xml. Of its packages a sorted index is kept as a blob.
CREATE TABLE external_states (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    external_id INTEGER NOT NULL REFERENCES externals(id),
    arch TEXT NOT NULL,
    hash TEXT NOT NULL,
    index_sha256 TEXT NOT NULL,
    packages INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    -- Fingerprint of the key that signed repomd.xml, where keys were given.
    signed_by TEXT,
    pinned_at INTEGER NOT NULL,
    UNIQUE (external_id, arch, hash)
);

-- What repomd.xml names, itself, and its signature. Without sha256: not fetched until somebody wants it.
CREATE TABLE external_files (
    state_id INTEGER NOT NULL REFERENCES external_states(id),
    path TEXT NOT NULL,
    checksum TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT,
    PRIMARY KEY (state_id, path)
) WITHOUT ROWID;
CREATE INDEX external_files_sha256 ON external_files (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX external_states_index ON external_states (index_sha256);

-- The architectures that are wanted of an external repository, and how far each has come.
CREATE TABLE external_arches (
    external_id INTEGER NOT NULL REFERENCES externals(id),
    arch TEXT NOT NULL,
    -- The newest state; none yet while it is being pinned for the first time.
    state_id INTEGER REFERENCES external_states(id),
    -- Addresses that its files were last fetched from, best first, one a line.
    mirrors TEXT NOT NULL DEFAULT '',
    tried_at INTEGER,
    fault TEXT,
    -- How much metadata the pin under way fetches.
    expected_bytes INTEGER,
    PRIMARY KEY (external_id, arch)
) WITHOUT ROWID;

CREATE TABLE tag_externals (
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    external_id INTEGER NOT NULL REFERENCES externals(id),
    -- Null: the external repository's own.
    priority INTEGER,
    PRIMARY KEY (tag_id, external_id)
) WITHOUT ROWID;

-- What a tag's buildroots are made of beside the tag itself.
CREATE VIEW tag_needs AS
    SELECT t.id AS tag_id, e.id AS external_id, e.priority AS priority FROM tags t JOIN externals e ON e.chroot = t.chroot AND e.active = 1
    UNION ALL
    SELECT x.tag_id, x.external_id, coalesce(x.priority, e.priority) FROM tag_externals x JOIN externals e ON e.id = x.external_id;

-- The states that a run's buildroot is made of.
CREATE TABLE run_externals (
    run_id INTEGER NOT NULL REFERENCES task_runs(id),
    name TEXT NOT NULL,
    arch TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (run_id, name)
) WITHOUT ROWID;
CREATE INDEX run_externals_hash ON run_externals (hash);

-- Packages of external repositories that were fetched, by the checksum that their metadata states ("sha256:…").
CREATE TABLE external_cache (
    checksum TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX external_cache_used ON external_cache (used_at);
CREATE INDEX external_cache_sha256 ON external_cache (sha256);

-- Who asks whether a blob is still wanted asks by its hash.
CREATE INDEX IF NOT EXISTS builds_srpm_sha256 ON builds (srpm_sha256);
CREATE INDEX IF NOT EXISTS run_files_sha256 ON run_files (sha256);

INSERT INTO sqlite_sequence (name, seq) VALUES ('externals', 300), ('external_states', 70000);
