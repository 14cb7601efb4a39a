-- Who builds what: channels, what builders say of themselves, and why they get no work.

ALTER TABLE builders ADD COLUMN draining INTEGER NOT NULL DEFAULT 0;
-- Why an administrator drains or disabled it.
ALTER TABLE builders ADD COLUMN reason TEXT;
ALTER TABLE builders ADD COLUMN weight INTEGER NOT NULL DEFAULT 10;
ALTER TABLE builders ADD COLUMN slots INTEGER NOT NULL DEFAULT 1;
-- What it said of itself when it last asked for work: JSON.
ALTER TABLE builders ADD COLUMN report TEXT;
-- How far its clock was ahead, in milliseconds.
ALTER TABLE builders ADD COLUMN clock_skew INTEGER;
-- Why it takes no work, by what it said: its disk is full, its clock is wrong.
ALTER TABLE builders ADD COLUMN no_work TEXT;

ALTER TABLE builder_arches ADD COLUMN is_foreign INTEGER NOT NULL DEFAULT 0;

CREATE TABLE builder_engines (
    builder_id INTEGER NOT NULL REFERENCES builders(id),
    engine TEXT NOT NULL,
    PRIMARY KEY (builder_id, engine)
) WITHOUT ROWID;
INSERT INTO builder_engines SELECT id, 'overlay' FROM builders;

-- What the chroot definitions of this server say, written anew at each start.
CREATE TABLE chroot_engines (
    chroot TEXT PRIMARY KEY,
    engine TEXT NOT NULL
) WITHOUT ROWID;

-- A named set of builders; a target's builds go to those of its channel.
CREATE TABLE channels (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
);
INSERT INTO channels VALUES (1, 'default', 0);

CREATE TABLE channel_builders (
    channel_id INTEGER NOT NULL REFERENCES channels(id),
    builder_id INTEGER NOT NULL REFERENCES builders(id),
    PRIMARY KEY (channel_id, builder_id)
) WITHOUT ROWID;
INSERT INTO channel_builders SELECT 1, id FROM builders;

ALTER TABLE targets ADD COLUMN channel_id INTEGER NOT NULL DEFAULT 1 REFERENCES channels(id);

-- The architecture of the builder's that the run goes with.
ALTER TABLE task_runs ADD COLUMN host_arch TEXT;
CREATE INDEX task_runs_builder ON task_runs (builder_id, id);
CREATE INDEX task_runs_running ON task_runs (builder_id) WHERE state = 'Running';

-- Who can do which task: a builder of its channel, of an architecture that goes with it, with its chroot's engine; what is built as an
-- earlier run was, with that one's.
CREATE VIEW task_builders AS
SELECT t.id AS task_id, a.builder_id AS builder_id, a.arch AS arch, a.is_foreign AS is_foreign
FROM build_tasks t JOIN task_hosts h ON h.task_id = t.id JOIN builder_arches a ON a.arch = h.arch
  JOIN builds b ON b.id = t.build_id JOIN targets d ON d.id = b.target_id JOIN tags g ON g.id = d.build_tag_id
  LEFT JOIN chroot_engines k ON k.chroot = g.chroot LEFT JOIN task_runs l ON l.id = t.like_run_id LEFT JOIN recipes p ON p.sha256 = l.recipe_sha256
  JOIN builder_engines e ON e.builder_id = a.builder_id AND e.engine = coalesce(p.engine, k.engine)
  JOIN channel_builders c ON c.builder_id = a.builder_id AND c.channel_id = d.channel_id;
