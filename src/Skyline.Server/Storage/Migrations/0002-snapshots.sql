-- Packages are kept as they came; what is served is a signed head and the rest of the file. Snapshots are made of frames.
-- (Foreign keys are off while migrations run, and checked after them.)

-- An imported build has no target and no source package that was submitted.
CREATE TABLE new_builds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    revision INTEGER NOT NULL DEFAULT 1,
    nvr TEXT NOT NULL,
    -- The N of the NVR: all before the last dash but one.
    package TEXT NOT NULL GENERATED ALWAYS AS (
        rtrim(rtrim(rtrim(rtrim(nvr, replace(nvr, '-', '')), '-'), replace(nvr, '-', '')), '-')) STORED,
    target_id INTEGER REFERENCES targets(id),
    scratch INTEGER NOT NULL,
    state TEXT NOT NULL,
    why TEXT,
    owner_id INTEGER NOT NULL REFERENCES users(id),
    srpm_nvr TEXT,
    srpm_file TEXT,
    srpm_sha256 TEXT,
    srpm_size INTEGER,
    submitted_at INTEGER NOT NULL,
    reported_at INTEGER,
    ended_at INTEGER,
    CHECK ((target_id IS NULL) = (srpm_sha256 IS NULL))
);
INSERT INTO new_builds (id, revision, nvr, target_id, scratch, state, why, owner_id, srpm_nvr, srpm_file, srpm_sha256, srpm_size, submitted_at, reported_at, ended_at)
SELECT id, revision, nvr, target_id, scratch, state, why, owner_id, srpm_nvr, srpm_file, srpm_sha256, srpm_size, submitted_at, reported_at, ended_at FROM builds;
DROP TABLE builds;
ALTER TABLE new_builds RENAME TO builds;
CREATE UNIQUE INDEX builds_one_an_nvr ON builds (nvr) WHERE scratch = 0 AND state IN ('Publishing', 'Complete');
CREATE UNIQUE INDEX builds_one_an_srpm ON builds (target_id, srpm_nvr) WHERE scratch = 0 AND state NOT IN ('Failed', 'Cancelled');
CREATE INDEX builds_open ON builds (state) WHERE state IN ('Waiting', 'Building', 'Publishing');
CREATE INDEX builds_package ON builds (package);

-- A package as it came from a builder or an import: the blob is the whole file, unsigned or signed by others.
CREATE TABLE new_rpms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    build_id INTEGER NOT NULL REFERENCES builds(id),
    file_name TEXT NOT NULL UNIQUE,
    repo_class TEXT NOT NULL,
    name TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    version TEXT NOT NULL,
    release TEXT NOT NULL,
    arch TEXT NOT NULL,
    blob_sha256 TEXT NOT NULL,
    blob_size INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    location TEXT NOT NULL,
    added_at INTEGER NOT NULL
);
INSERT INTO new_rpms (id, build_id, file_name, repo_class, name, epoch, version, release, arch, blob_sha256, blob_size, content_hash, location, added_at)
SELECT id, build_id, file_name, repo_class, name, epoch, version, release, arch, sha256, size, content_hash, location, signed_at FROM rpms;
DROP TABLE rpm_metadata;
DROP TABLE rpms;
ALTER TABLE new_rpms RENAME TO rpms;
CREATE INDEX rpms_build ON rpms (build_id);
CREATE INDEX rpms_blob ON rpms (blob_sha256);

-- A package signed with a key: a head (lead and signature header) that takes the place of the blob's own, up to body_offset.
-- The XML is zstd-compressed, each by itself; it names this file's SHA-256 and size, so it is this signed package's own.
CREATE TABLE signed_rpms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rpm_id INTEGER NOT NULL REFERENCES rpms(id),
    key_id INTEGER NOT NULL REFERENCES signing_keys(id),
    head BLOB NOT NULL,
    body_offset INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    signed_at INTEGER NOT NULL,
    primary_xml BLOB NOT NULL,
    filelists_xml BLOB NOT NULL,
    other_xml BLOB NOT NULL,
    UNIQUE (rpm_id, key_id)
);

-- What a tag's repository is made of changes by events only. An event without a package may concern them all.
CREATE TABLE tag_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    kind TEXT NOT NULL,
    package TEXT,
    build_id INTEGER REFERENCES builds(id),
    detail TEXT NOT NULL,
    at INTEGER NOT NULL,
    by INTEGER REFERENCES users(id)
);
CREATE INDEX tag_events_tag ON tag_events (tag_id, id);

-- changed_event: the newest event of the tag or of one that it inherits from; published_event: the newest that its snapshot has taken in.
ALTER TABLE tags ADD COLUMN changed_event INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tags ADD COLUMN published_event INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tags ADD COLUMN compression TEXT NOT NULL DEFAULT 'Zstd' CHECK (compression IN ('Zstd', 'Gzip'));
ALTER TABLE tags ADD COLUMN holds TEXT NOT NULL DEFAULT 'Latest' CHECK (holds IN ('Latest', 'All'));

CREATE TABLE tag_parents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    parent_id INTEGER NOT NULL REFERENCES tags(id),
    priority INTEGER NOT NULL,
    set_at INTEGER NOT NULL,
    set_by INTEGER NOT NULL REFERENCES users(id),
    unset_at INTEGER,
    unset_by INTEGER REFERENCES users(id)
);
CREATE UNIQUE INDEX tag_parents_now ON tag_parents (tag_id, parent_id) WHERE unset_at IS NULL;
CREATE UNIQUE INDEX tag_parents_order ON tag_parents (tag_id, priority) WHERE unset_at IS NULL;
CREATE INDEX tag_parents_children ON tag_parents (parent_id) WHERE unset_at IS NULL;

CREATE TABLE tag_blocks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    package TEXT NOT NULL,
    blocked_at INTEGER NOT NULL,
    blocked_by INTEGER NOT NULL REFERENCES users(id),
    unblocked_at INTEGER,
    unblocked_by INTEGER REFERENCES users(id)
);
CREATE UNIQUE INDEX tag_blocks_now ON tag_blocks (tag_id, package) WHERE unblocked_at IS NULL;

CREATE INDEX tag_builds_build ON tag_builds (build_id);

-- Snapshots of the former kind cannot be carried over; the next start writes each tag's anew.
DROP TABLE snapshot_files;
DROP TABLE snapshots;
CREATE TABLE snapshots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    hash TEXT NOT NULL,
    key_id INTEGER NOT NULL REFERENCES signing_keys(id),
    event_id INTEGER NOT NULL,
    packages INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX snapshots_tag ON snapshots (tag_id, hash);

CREATE TABLE snapshot_files (
    snapshot_id INTEGER NOT NULL REFERENCES snapshots(id),
    repo TEXT NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES metadata_files(sha256),
    PRIMARY KEY (snapshot_id, repo, path)
) WITHOUT ROWID;
CREATE INDEX snapshot_files_sha256 ON snapshot_files (sha256);

-- A file of metadata is frames one after another: frames holds, for each, its id (8 bytes), its size and its size when open (4 each), big-endian.
CREATE TABLE metadata_files (
    sha256 TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    open_size INTEGER,
    frames BLOB NOT NULL
);

CREATE TABLE frames (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    open_size INTEGER NOT NULL,
    bytes BLOB NOT NULL
);

-- Which packages a tag's repositories hold, from one snapshot (since) up to, and without, another (until; NULL: still).
-- Ids of snapshots only grow. They are not references: retention may have taken the snapshots themselves.
CREATE TABLE tag_rpms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    repo TEXT NOT NULL,
    rpm_id INTEGER NOT NULL REFERENCES rpms(id),
    signed_id INTEGER NOT NULL REFERENCES signed_rpms(id),
    since INTEGER NOT NULL,
    until INTEGER
);
CREATE UNIQUE INDEX tag_rpms_now ON tag_rpms (tag_id, repo, rpm_id) WHERE until IS NULL;
CREATE INDEX tag_rpms_rpm ON tag_rpms (rpm_id, tag_id);
CREATE INDEX tag_rpms_signed ON tag_rpms (signed_id);
CREATE INDEX tag_rpms_until ON tag_rpms (tag_id, until) WHERE until IS NOT NULL;

INSERT INTO tag_events (tag_id, kind, detail, at) SELECT id, 'Migrate', 'taken over from an earlier version', created_at FROM tags;
UPDATE tags SET changed_event = (SELECT max(e.id) FROM tag_events e WHERE e.tag_id = tags.id);
