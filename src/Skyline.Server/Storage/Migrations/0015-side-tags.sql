-- Side tags, personal tags, and drafts.

-- Whose a tag is; null: nobody's, and the administrators look after it.
ALTER TABLE tags ADD COLUMN owner_id INTEGER REFERENCES users(id);

-- A tag beside another, for builds that are to come into that one together.
CREATE TABLE side_tags (
    tag_id INTEGER PRIMARY KEY REFERENCES tags(id),
    -- Of the same name.
    target_id INTEGER NOT NULL REFERENCES targets(id),
    base_target_id INTEGER NOT NULL REFERENCES targets(id),
    owner_id INTEGER NOT NULL REFERENCES users(id),
    note TEXT,
    created_at INTEGER NOT NULL,
    -- When its owner said that it goes; null: as the settings say.
    expires_at INTEGER,
    removed_at INTEGER,
    -- Why, for people.
    why TEXT
);
CREATE INDEX side_tags_base ON side_tags (base_target_id);
CREATE INDEX side_tags_here ON side_tags (owner_id) WHERE removed_at IS NULL;
CREATE INDEX builds_target ON builds (target_id, id);

-- Of real builds one has an NVR; of drafts there may be several.
DROP INDEX builds_one_an_nvr;
DROP INDEX builds_one_an_srpm;
CREATE UNIQUE INDEX builds_one_an_nvr ON builds (nvr) WHERE scratch = 0 AND draft = 0 AND state IN ('Publishing', 'Complete');
CREATE UNIQUE INDEX builds_one_an_srpm ON builds (target_id, srpm_nvr) WHERE scratch = 0 AND draft = 0 AND state NOT IN ('Failed', 'Cancelled');

-- And so with the names of their packages.
CREATE TABLE new_rpms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    build_id INTEGER NOT NULL REFERENCES builds(id),
    file_name TEXT NOT NULL,
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
    added_at INTEGER NOT NULL,
    -- As its build.
    draft INTEGER NOT NULL DEFAULT 0
);
INSERT INTO new_rpms (id, build_id, file_name, repo_class, name, epoch, version, release, arch, blob_sha256, blob_size, content_hash, location, added_at)
SELECT id, build_id, file_name, repo_class, name, epoch, version, release, arch, blob_sha256, blob_size, content_hash, location, added_at FROM rpms;
DELETE FROM sqlite_sequence WHERE name = 'new_rpms';
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_rpms', seq FROM sqlite_sequence WHERE name = 'rpms';
DROP TABLE rpms;
ALTER TABLE new_rpms RENAME TO rpms;
CREATE INDEX rpms_build ON rpms (build_id);
CREATE INDEX rpms_blob ON rpms (blob_sha256);
CREATE INDEX rpms_file ON rpms (file_name);
CREATE UNIQUE INDEX rpms_one_a_file ON rpms (file_name) WHERE draft = 0;
CREATE INDEX builds_drafts ON builds (id) WHERE draft = 1;
