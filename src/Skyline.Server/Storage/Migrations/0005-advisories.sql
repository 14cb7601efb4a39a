-- What a tag's repositories tell clients besides packages: groups, modules, advisories. event_id is the tag's event that brought it,
-- so the highest of them tells whether anything is other than it was.

CREATE TABLE tag_groups (
    tag_id INTEGER PRIMARY KEY REFERENCES tags(id),
    -- As we write it, not as it came.
    comps_xml BLOB NOT NULL,
    event_id INTEGER NOT NULL REFERENCES tag_events(id),
    changed_at INTEGER NOT NULL
);

CREATE TABLE tag_modules (
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    position INTEGER NOT NULL,
    -- What another tag's document must say to be hidden by it: kind, module, stream and so on.
    key TEXT NOT NULL,
    yaml TEXT NOT NULL,
    event_id INTEGER NOT NULL REFERENCES tag_events(id),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (tag_id, position)
);

-- An advisory stays with its tag. Of a draft, which no repository has heard of, event_id is 0.
CREATE TABLE advisories (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    state TEXT NOT NULL CHECK (state IN ('Draft', 'Published', 'Withdrawn')),
    type TEXT NOT NULL,
    severity TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    description TEXT NOT NULL,
    rights TEXT NOT NULL,
    suggests INTEGER NOT NULL,
    links TEXT NOT NULL,
    owner_id INTEGER NOT NULL REFERENCES users(id),
    version INTEGER NOT NULL DEFAULT 1,
    event_id INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    issued_at INTEGER,
    changed_at INTEGER NOT NULL
);
CREATE INDEX advisories_tag ON advisories (tag_id, event_id);

CREATE TABLE advisory_builds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    advisory_id INTEGER NOT NULL REFERENCES advisories(id),
    build_id INTEGER NOT NULL REFERENCES builds(id),
    attached_at INTEGER NOT NULL,
    attached_by INTEGER NOT NULL REFERENCES users(id),
    detached_at INTEGER,
    detached_by INTEGER REFERENCES users(id)
);
CREATE UNIQUE INDEX advisory_builds_now ON advisory_builds (advisory_id, build_id) WHERE detached_at IS NULL;
CREATE INDEX advisory_builds_build ON advisory_builds (build_id) WHERE detached_at IS NULL;

-- The last number that a year's advisories were given.
CREATE TABLE advisory_numbers (
    year INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
);
