-- Tags in full, as in Koji: every row of what a tag is and holds is closed, never removed, and knows by which event it came and went.
-- A row counts at event N where since_event <= N and until_event is null or above N.

CREATE INDEX tag_events_at ON tag_events (at, id);

ALTER TABLE tags ADD COLUMN description TEXT NOT NULL DEFAULT '';
-- Nothing goes into a locked tag or out of it, unless an administrator insists.
ALTER TABLE tags ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
-- Whether a package must be listed before it may be tagged or built there.
ALTER TABLE tags ADD COLUMN demands_listed INTEGER NOT NULL DEFAULT 0;
-- Its architectures are those of the nearest tag that it takes its settings from and that has its own; tag_arches only where there is none.
ALTER TABLE tags ADD COLUMN inherits_arches INTEGER NOT NULL DEFAULT 0;
-- A removed tag keeps its history, and its name: one that is created by this name again goes on where it ended.
ALTER TABLE tags ADD COLUMN removed_at INTEGER;

CREATE TABLE tag_configs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    chroot TEXT NOT NULL,
    -- Its own, in order, with blanks between.
    arches TEXT NOT NULL,
    inherits_arches INTEGER NOT NULL,
    compression TEXT NOT NULL,
    holds TEXT NOT NULL,
    description TEXT NOT NULL,
    locked INTEGER NOT NULL,
    demands_listed INTEGER NOT NULL,
    since_event INTEGER NOT NULL,
    until_event INTEGER
);
CREATE UNIQUE INDEX tag_configs_now ON tag_configs (tag_id) WHERE until_event IS NULL;
CREATE INDEX tag_configs_then ON tag_configs (tag_id, since_event);
INSERT INTO tag_configs (tag_id, chroot, arches, inherits_arches, compression, holds, description, locked, demands_listed, since_event)
SELECT id, chroot, coalesce((SELECT group_concat(arch, ' ') FROM (SELECT arch FROM tag_arches a WHERE a.tag_id = tags.id ORDER BY position)), ''), 0, compression, holds, '', 0, 0,
       coalesce((SELECT min(e.id) FROM tag_events e WHERE e.tag_id = tags.id), 0) FROM tags;

-- How far and for which packages a tag inherits.
ALTER TABLE tag_parents ADD COLUMN max_depth INTEGER;
ALTER TABLE tag_parents ADD COLUMN intransitive INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tag_parents ADD COLUMN no_config INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tag_parents ADD COLUMN filter TEXT;

ALTER TABLE tag_parents ADD COLUMN since_event INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tag_parents ADD COLUMN until_event INTEGER;
ALTER TABLE tag_builds ADD COLUMN since_event INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tag_builds ADD COLUMN until_event INTEGER;
ALTER TABLE tag_blocks ADD COLUMN since_event INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tag_blocks ADD COLUMN until_event INTEGER;
UPDATE tag_parents SET since_event = coalesce((SELECT id FROM tag_events WHERE at <= set_at ORDER BY at DESC, id DESC LIMIT 1), 0),
    until_event = CASE WHEN unset_at IS NOT NULL THEN coalesce((SELECT id FROM tag_events WHERE at <= unset_at ORDER BY at DESC, id DESC LIMIT 1), 0) END;
UPDATE tag_builds SET since_event = coalesce((SELECT id FROM tag_events WHERE at <= tagged_at ORDER BY at DESC, id DESC LIMIT 1), 0),
    until_event = CASE WHEN untagged_at IS NOT NULL THEN coalesce((SELECT id FROM tag_events WHERE at <= untagged_at ORDER BY at DESC, id DESC LIMIT 1), 0) END;
UPDATE tag_blocks SET since_event = coalesce((SELECT id FROM tag_events WHERE at <= blocked_at ORDER BY at DESC, id DESC LIMIT 1), 0),
    until_event = CASE WHEN unblocked_at IS NOT NULL THEN coalesce((SELECT id FROM tag_events WHERE at <= unblocked_at ORDER BY at DESC, id DESC LIMIT 1), 0) END;
CREATE INDEX tag_builds_tag ON tag_builds (tag_id, build_id);

-- The packages that a tag lists, each with who looks after it there. What is hidden is in tag_blocks.
CREATE TABLE tag_packages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    package TEXT NOT NULL,
    owner_id INTEGER NOT NULL REFERENCES users(id),
    listed_at INTEGER NOT NULL,
    listed_by INTEGER NOT NULL REFERENCES users(id),
    since_event INTEGER NOT NULL,
    until_event INTEGER
);
CREATE UNIQUE INDEX tag_packages_now ON tag_packages (tag_id, package) WHERE until_event IS NULL;
CREATE INDEX tag_packages_package ON tag_packages (package) WHERE until_event IS NULL;

-- What a tag says of its buildroots: packages and "@groups" beside the chroot's (Build), rpm macros (Macro); and whatever others keep with it (Extra).
-- A value of null hides what is inherited by this key.
CREATE TABLE tag_settings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    kind TEXT NOT NULL CHECK (kind IN ('Build', 'Macro', 'Extra')),
    key TEXT NOT NULL,
    value TEXT,
    since_event INTEGER NOT NULL,
    until_event INTEGER
);
CREATE UNIQUE INDEX tag_settings_now ON tag_settings (tag_id, kind, key) WHERE until_event IS NULL;

-- Whom a tag inherits from, near or far, as Inheritance finds it: written anew with every change of a link, and at every start.
CREATE TABLE tag_kin (
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    from_id INTEGER NOT NULL REFERENCES tags(id),
    position INTEGER NOT NULL,
    -- Among those whose settings it takes too; null: it does not take this one's.
    config_position INTEGER,
    PRIMARY KEY (tag_id, from_id)
) WITHOUT ROWID;
CREATE INDEX tag_kin_from ON tag_kin (from_id);

DROP VIEW tag_needs;
CREATE TABLE new_tag_externals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    -- Not a reference: a repository may be forgotten that a tag once had.
    external_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    -- Null: the external repository's own.
    priority INTEGER,
    since_event INTEGER NOT NULL,
    until_event INTEGER
);
INSERT INTO new_tag_externals (tag_id, external_id, name, priority, since_event)
SELECT x.tag_id, x.external_id, e.name, x.priority, coalesce((SELECT min(v.id) FROM tag_events v WHERE v.tag_id = x.tag_id), 0) FROM tag_externals x JOIN externals e ON e.id = x.external_id;
DROP TABLE tag_externals;
ALTER TABLE new_tag_externals RENAME TO tag_externals;
CREATE UNIQUE INDEX tag_externals_now ON tag_externals (tag_id, external_id) WHERE until_event IS NULL;
CREATE INDEX tag_externals_external ON tag_externals (external_id) WHERE until_event IS NULL;

-- What a tag's buildroots are made of beside the tag itself: its chroot's repositories, its own, and those that it inherits; of one that
-- several of these tags name, the nearest says the priority.
CREATE VIEW tag_needs AS
    SELECT t.id AS tag_id, e.id AS external_id, e.priority AS priority FROM tags t JOIN externals e ON e.chroot = t.chroot AND e.active = 1
    UNION ALL
    SELECT x.tag_id, x.external_id, coalesce(x.priority, e.priority) FROM tag_externals x JOIN externals e ON e.id = x.external_id WHERE x.until_event IS NULL
    UNION ALL
    SELECT k.tag_id, x.external_id, coalesce(x.priority, e.priority)
    FROM tag_kin k JOIN tag_externals x ON x.tag_id = k.from_id AND x.until_event IS NULL JOIN externals e ON e.id = x.external_id
    WHERE k.config_position IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM tag_externals o WHERE o.tag_id = k.tag_id AND o.external_id = x.external_id AND o.until_event IS NULL)
      AND NOT EXISTS (SELECT 1 FROM tag_kin n JOIN tag_externals o ON o.tag_id = n.from_id AND o.until_event IS NULL
                      WHERE n.tag_id = k.tag_id AND n.config_position < k.config_position AND o.external_id = x.external_id);

-- Targets keep what they were, too; a removed one goes on where it ended if it is created again.
ALTER TABLE targets ADD COLUMN removed_at INTEGER;
CREATE TABLE target_configs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    target_id INTEGER NOT NULL REFERENCES targets(id),
    build_tag_id INTEGER NOT NULL REFERENCES tags(id),
    destination_tag_id INTEGER NOT NULL REFERENCES tags(id),
    channel_id INTEGER NOT NULL,
    set_at INTEGER NOT NULL,
    set_by INTEGER REFERENCES users(id),
    unset_at INTEGER
);
CREATE UNIQUE INDEX target_configs_now ON target_configs (target_id) WHERE unset_at IS NULL;
INSERT INTO target_configs (target_id, build_tag_id, destination_tag_id, channel_id, set_at) SELECT id, build_tag_id, destination_tag_id, channel_id, created_at FROM targets;
CREATE INDEX targets_build_tag ON targets (build_tag_id);
CREATE INDEX targets_destination_tag ON targets (destination_tag_id);
