-- The queue: what waits stands in lines, so that a claim looks at the heads of lines and not at all that waits.

-- What decides who can take a run and whether it can be taken. Channel, chroot and pins are the target's as they are when it is taken.
CREATE TABLE lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    target_id INTEGER NOT NULL REFERENCES targets(id) ON DELETE CASCADE,
    -- Architectures of builders that can, sorted: "aarch64,x86_64".
    hosts TEXT NOT NULL,
    -- Ids of the external repositories that a build brings itself, sorted; '': none.
    repos TEXT NOT NULL DEFAULT '',
    -- What a builder needs for what is built as an earlier run was; '': what the target's chroot needs.
    needs TEXT NOT NULL DEFAULT '',
    -- Ids of the builders that have lost the task, in order; '': none has.
    lost_by TEXT NOT NULL DEFAULT '',
    -- How long its runs that succeeded took: a mean in which late ones count more, in seconds, and of how many.
    seconds REAL,
    runs INTEGER NOT NULL DEFAULT 0,
    UNIQUE (target_id, hosts, repos, needs, lost_by)
);

-- Copies of what the build says, written where a run is put into the queue.
ALTER TABLE task_runs ADD COLUMN line_id INTEGER;
ALTER TABLE task_runs ADD COLUMN owner_id INTEGER;
ALTER TABLE task_runs ADD COLUMN priority INTEGER;

INSERT OR IGNORE INTO lines (target_id, hosts, repos, needs, lost_by)
SELECT b.target_id, (SELECT coalesce(group_concat(h.arch, ','), '') FROM (SELECT arch FROM task_hosts WHERE task_id = t.id ORDER BY arch) h),
       (SELECT coalesce(group_concat(e.external_id, ','), '') FROM (SELECT external_id FROM build_externals WHERE build_id = b.id ORDER BY external_id) e),
       coalesce(p.engine, ''),
       (SELECT coalesce(group_concat(m.builder_id, ','), '') FROM (SELECT builder_id FROM task_runs WHERE task_id = t.id AND state = 'Lost' ORDER BY id) m)
FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id LEFT JOIN task_runs l ON l.id = t.like_run_id LEFT JOIN recipes p ON p.sha256 = l.recipe_sha256
WHERE r.state IN ('Waiting', 'Running') AND b.target_id IS NOT NULL;
UPDATE task_runs SET
    owner_id = (SELECT b.owner_id FROM build_tasks t JOIN builds b ON b.id = t.build_id WHERE t.id = task_id),
    priority = (SELECT b.priority FROM build_tasks t JOIN builds b ON b.id = t.build_id WHERE t.id = task_id),
    line_id = (
        SELECT n.id FROM build_tasks t JOIN builds b ON b.id = t.build_id LEFT JOIN task_runs l ON l.id = t.like_run_id LEFT JOIN recipes p ON p.sha256 = l.recipe_sha256
          JOIN lines n ON n.target_id = b.target_id AND n.needs = coalesce(p.engine, '')
            AND n.hosts = (SELECT coalesce(group_concat(h.arch, ','), '') FROM (SELECT arch FROM task_hosts WHERE task_id = t.id ORDER BY arch) h)
            AND n.repos = (SELECT coalesce(group_concat(e.external_id, ','), '') FROM (SELECT external_id FROM build_externals WHERE build_id = b.id ORDER BY external_id) e)
            AND n.lost_by = (SELECT coalesce(group_concat(m.builder_id, ','), '') FROM (SELECT builder_id FROM task_runs WHERE task_id = t.id AND state = 'Lost' ORDER BY id) m)
        WHERE t.id = task_runs.task_id)
WHERE state IN ('Waiting', 'Running');

DROP INDEX task_runs_waiting;
CREATE INDEX task_runs_queue ON task_runs (line_id, priority, owner_id, id) WHERE state = 'Waiting';
DROP INDEX task_runs_running;
CREATE INDEX task_runs_running ON task_runs (builder_id, owner_id, priority) WHERE state = 'Running';
CREATE INDEX build_tasks_checks ON build_tasks (id) WHERE kind = 'checkNoarch' AND state IN ('Waiting', 'Running');

-- When a person was last given a run at a priority, as a number that grows: of two with as few runs running it is the other's turn.
CREATE TABLE turns (
    owner_id INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (owner_id, priority)
) WITHOUT ROWID;

-- How long a package's runs that succeeded took on an architecture; as in lines.
CREATE TABLE durations (
    package TEXT NOT NULL,
    arch TEXT NOT NULL,
    seconds REAL NOT NULL,
    runs INTEGER NOT NULL,
    PRIMARY KEY (package, arch)
) WITHOUT ROWID;
INSERT INTO durations (package, arch, seconds, runs)
SELECT b.package, t.arch, avg((r.ended_at - r.leased_at) / 1000.0), count(*) FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id
WHERE r.state = 'Succeeded' AND r.leased_at IS NOT NULL AND r.ended_at IS NOT NULL AND t.kind = 'buildArch' GROUP BY b.package, t.arch;

-- Answers to requests that may be sent again, a day long, by the person's own key.
CREATE TABLE kept_answers (
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    -- Of the request.
    digest TEXT NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    content_type TEXT,
    body BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
) WITHOUT ROWID;
CREATE INDEX kept_answers_at ON kept_answers (at);

-- Grows with whatever changes who can build what; what was worked out of it holds as long as it stays.
CREATE TABLE fleet (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL
);
INSERT INTO fleet VALUES (1, 1);
CREATE TRIGGER fleet_arch_comes AFTER INSERT ON builder_arches BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_arch_goes AFTER DELETE ON builder_arches BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_arch_changes AFTER UPDATE ON builder_arches BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_engine_comes AFTER INSERT ON builder_engines BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_engine_goes AFTER DELETE ON builder_engines BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_builder_comes AFTER INSERT ON builders BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_builder_changes AFTER UPDATE OF enabled, no_work, weight, slots ON builders
WHEN old.enabled IS NOT new.enabled OR old.no_work IS NOT new.no_work OR old.weight IS NOT new.weight OR old.slots IS NOT new.slots BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_member_comes AFTER INSERT ON channel_builders BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_member_goes AFTER DELETE ON channel_builders BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_target_changes AFTER UPDATE ON targets BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_target_goes AFTER DELETE ON targets BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_tag_changes AFTER UPDATE OF name, chroot ON tags BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_tag_arch_comes AFTER INSERT ON tag_arches BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_tag_arch_goes AFTER DELETE ON tag_arches BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_chroot_comes AFTER INSERT ON chroot_engines BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_chroot_goes AFTER DELETE ON chroot_engines BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_repo_comes AFTER INSERT ON tag_externals BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_repo_goes AFTER DELETE ON tag_externals BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_repo_changes AFTER UPDATE ON tag_externals BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_kin_comes AFTER INSERT ON tag_kin BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_kin_goes AFTER DELETE ON tag_kin BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_external_changes AFTER UPDATE ON externals BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_external_comes AFTER INSERT ON externals BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_external_goes AFTER DELETE ON externals BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_pin_comes AFTER INSERT ON external_arches BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_pin_goes AFTER DELETE ON external_arches BEGIN UPDATE fleet SET revision = revision + 1; END;
CREATE TRIGGER fleet_pin_changes AFTER UPDATE OF state_id ON external_arches BEGIN UPDATE fleet SET revision = revision + 1; END;

INSERT INTO sqlite_sequence (name, seq) VALUES ('lines', 800);
