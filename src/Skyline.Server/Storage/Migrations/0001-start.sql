-- Times are milliseconds since 1970, UTC. States are the wire's words.

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    admin INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE builders (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER,
    version TEXT,
    isolation TEXT
);

CREATE TABLE builder_arches (
    builder_id INTEGER NOT NULL REFERENCES builders(id),
    arch TEXT NOT NULL,
    PRIMARY KEY (builder_id, arch)
) WITHOUT ROWID;

-- A token is known by its hash only, and belongs to one person or one builder.
CREATE TABLE tokens (
    sha256 TEXT PRIMARY KEY,
    user_id INTEGER REFERENCES users(id),
    builder_id INTEGER REFERENCES builders(id),
    created_at INTEGER NOT NULL,
    CHECK ((user_id IS NULL) <> (builder_id IS NULL))
) WITHOUT ROWID;

CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    chroot TEXT NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE tag_arches (
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    arch TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tag_id, arch)
) WITHOUT ROWID;

CREATE TABLE targets (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    build_tag_id INTEGER NOT NULL REFERENCES tags(id),
    destination_tag_id INTEGER NOT NULL REFERENCES tags(id),
    created_at INTEGER NOT NULL
);

-- nvr is what the spec gave in the target's own chroot once a builder has said so, and the SRPM's own until then.
CREATE TABLE builds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    revision INTEGER NOT NULL DEFAULT 1,
    nvr TEXT NOT NULL,
    target_id INTEGER NOT NULL REFERENCES targets(id),
    scratch INTEGER NOT NULL,
    state TEXT NOT NULL,
    why TEXT,
    owner_id INTEGER NOT NULL REFERENCES users(id),
    srpm_nvr TEXT NOT NULL,
    srpm_file TEXT NOT NULL,
    srpm_sha256 TEXT NOT NULL,
    srpm_size INTEGER NOT NULL,
    submitted_at INTEGER NOT NULL,
    reported_at INTEGER,
    ended_at INTEGER
);
CREATE UNIQUE INDEX builds_one_an_nvr ON builds (nvr) WHERE scratch = 0 AND state IN ('Publishing', 'Complete');
CREATE UNIQUE INDEX builds_one_an_srpm ON builds (target_id, srpm_nvr) WHERE scratch = 0 AND state NOT IN ('Failed', 'Cancelled');
CREATE INDEX builds_open ON builds (state) WHERE state IN ('Waiting', 'Building', 'Publishing');

CREATE TABLE build_tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    build_id INTEGER NOT NULL REFERENCES builds(id),
    kind TEXT NOT NULL,
    arch TEXT NOT NULL,
    state TEXT NOT NULL,
    why TEXT
);
CREATE INDEX build_tasks_build ON build_tasks (build_id);

-- Architectures of builders that can do a task; for noarch, any of the tag's.
CREATE TABLE task_hosts (
    task_id INTEGER NOT NULL REFERENCES build_tasks(id),
    arch TEXT NOT NULL,
    PRIMARY KEY (task_id, arch)
) WITHOUT ROWID;

CREATE TABLE task_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id INTEGER NOT NULL REFERENCES build_tasks(id),
    state TEXT NOT NULL,
    phase TEXT NOT NULL DEFAULT 'Waiting',
    builder_id INTEGER REFERENCES builders(id),
    created_at INTEGER NOT NULL,
    leased_at INTEGER,
    leased_until INTEGER,
    ended_at INTEGER,
    why TEXT,
    failing_lines TEXT,
    phases TEXT,
    chroot_sha256 TEXT,
    lock_sha256 TEXT,
    report_sha256 TEXT,
    vote TEXT,
    log_bytes INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX task_runs_task ON task_runs (task_id);
CREATE INDEX task_runs_waiting ON task_runs (id) WHERE state = 'Waiting';
CREATE INDEX task_runs_leased ON task_runs (leased_until) WHERE state = 'Running';

-- Results as uploaded, before anybody has decided anything about them.
CREATE TABLE run_files (
    run_id INTEGER NOT NULL REFERENCES task_runs(id),
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    name TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    version TEXT NOT NULL,
    release TEXT NOT NULL,
    arch TEXT NOT NULL,
    source_rpm TEXT,
    content_hash TEXT NOT NULL,
    -- Of a noarch package: what is the same wherever it was built.
    noarch_hash TEXT,
    PRIMARY KEY (run_id, file_name)
) WITHOUT ROWID;

-- Published packages, signed; sha256 and size are the signed file's.
CREATE TABLE rpms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    build_id INTEGER NOT NULL REFERENCES builds(id),
    file_name TEXT NOT NULL UNIQUE,
    repo_class TEXT NOT NULL,
    name TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    version TEXT NOT NULL,
    release TEXT NOT NULL,
    arch TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    location TEXT NOT NULL,
    signed_at INTEGER NOT NULL
);
CREATE INDEX rpms_build ON rpms (build_id);

CREATE TABLE rpm_metadata (
    rpm_id INTEGER PRIMARY KEY REFERENCES rpms(id),
    primary_xml BLOB NOT NULL,
    filelists_xml BLOB NOT NULL,
    other_xml BLOB NOT NULL
);

-- What is and was in a tag: a row is closed, never removed, so any past state can be shown.
CREATE TABLE tag_builds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    build_id INTEGER NOT NULL REFERENCES builds(id),
    tagged_at INTEGER NOT NULL,
    tagged_by INTEGER NOT NULL REFERENCES users(id),
    untagged_at INTEGER,
    untagged_by INTEGER REFERENCES users(id)
);
CREATE UNIQUE INDEX tag_builds_now ON tag_builds (tag_id, build_id) WHERE untagged_at IS NULL;

-- A state of a tag's repositories: immutable, named by the hash of its content.
CREATE TABLE snapshots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX snapshots_tag ON snapshots (tag_id, hash);

CREATE TABLE snapshot_files (
    snapshot_id INTEGER NOT NULL REFERENCES snapshots(id),
    repo TEXT NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (snapshot_id, repo, path)
) WITHOUT ROWID;

-- Ids of different kinds never coincide on a young site, so a mix-up shows at once.
INSERT INTO sqlite_sequence (name, seq) VALUES ('build_tasks', 1000), ('task_runs', 5000), ('rpms', 20000);
