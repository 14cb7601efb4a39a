-- What is built anew by the clock, what came of it over time, and which update is guilty where it failed.

-- A lock that is no run's own, for a task to be built from: the recipe is that of like_run_id.
ALTER TABLE build_tasks ADD COLUMN given_lock_sha256 TEXT;
CREATE INDEX build_tasks_given_lock ON build_tasks (given_lock_sha256) WHERE given_lock_sha256 IS NOT NULL;

CREATE TABLE schedules (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    revision INTEGER NOT NULL DEFAULT 1,
    name TEXT NOT NULL,
    target_id INTEGER NOT NULL REFERENCES targets(id),
    kind TEXT NOT NULL CHECK (kind IN ('Rebuild', 'SelfHosting')),
    -- All packages that the target's tag holds, or those whose buildroot would be another now.
    what TEXT NOT NULL CHECK (what IN ('All', 'Affected')),
    cron TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    priority INTEGER NOT NULL,
    -- Per cent of the slots of the target's builders that its builds may take at a time.
    share INTEGER NOT NULL,
    -- Whether a package that begins to fail is looked into by bisection.
    bisects INTEGER NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0,
    -- When it fires next; whoever fires it moves this on, in one guarded statement.
    next_at INTEGER,
    -- What its last firing came to where no run came of it.
    last_at INTEGER,
    last_why TEXT,
    owner_id INTEGER NOT NULL REFERENCES users(id),
    created_at INTEGER NOT NULL,
    removed_at INTEGER
);
CREATE UNIQUE INDEX schedules_name ON schedules (name) WHERE removed_at IS NULL;

-- One an hour of a schedule, whatever fires how often.
CREATE TABLE schedule_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    schedule_id INTEGER NOT NULL REFERENCES schedules(id),
    due_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    -- Who asked for it; null: the clock.
    asked_by INTEGER REFERENCES users(id),
    batch_id INTEGER NOT NULL REFERENCES batches(id),
    -- How many source packages the tag held, and of how many no source package was to be had.
    sources INTEGER NOT NULL,
    unavailable INTEGER NOT NULL,
    -- Once it is over, what it says of the tag (the wire's SelfHosting, as JSON).
    score TEXT,
    UNIQUE (schedule_id, due_at)
);
CREATE INDEX schedule_runs_batch ON schedule_runs (batch_id);

-- When its outcome was taken into its package's history; null: not yet.
ALTER TABLE builds ADD COLUMN noted_at INTEGER;
CREATE INDEX builds_unnoted ON builds (ended_at) WHERE noted_at IS NULL AND ended_at IS NOT NULL;

-- Whether a tag's package builds: by its scheduled builds, and by real ones that succeed.
CREATE TABLE package_states (
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    package TEXT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('Good', 'Bad')),
    -- Since when that is so.
    since INTEGER NOT NULL,
    last_build_id INTEGER NOT NULL REFERENCES builds(id),
    good_build_id INTEGER REFERENCES builds(id),
    -- The first that failed since.
    bad_build_id INTEGER REFERENCES builds(id),
    PRIMARY KEY (tag_id, package)
) WITHOUT ROWID;
CREATE INDEX package_states_bad ON package_states (tag_id, since) WHERE result = 'Bad';
CREATE INDEX package_states_good_build ON package_states (good_build_id);
CREATE INDEX package_states_bad_build ON package_states (bad_build_id);

-- A search for the update that made a package fail, between the buildroots of two builds.
CREATE TABLE bisections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    revision INTEGER NOT NULL DEFAULT 1,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    package TEXT NOT NULL,
    good_build_id INTEGER NOT NULL REFERENCES builds(id),
    bad_build_id INTEGER NOT NULL REFERENCES builds(id),
    good_run_id INTEGER NOT NULL REFERENCES task_runs(id),
    bad_run_id INTEGER NOT NULL REFERENCES task_runs(id),
    state TEXT NOT NULL CHECK (state IN ('Running', 'Found', 'Inconclusive', 'Cancelled')),
    why TEXT,
    most_probes INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    -- The updates between the two, in the order that probes number them from 0: JSON; null: not compared yet.
    updates TEXT,
    -- Of those, the sets that were found guilty: JSON, a list of lists of numbers.
    guilty TEXT,
    owner_id INTEGER NOT NULL REFERENCES users(id),
    created_at INTEGER NOT NULL,
    ended_at INTEGER
);
CREATE INDEX bisections_running ON bisections (id) WHERE state = 'Running';
CREATE INDEX bisections_package ON bisections (tag_id, package);
-- One at a time.
CREATE UNIQUE INDEX bisections_one ON bisections (tag_id, package) WHERE state = 'Running';

CREATE TABLE bisection_probes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    bisection_id INTEGER NOT NULL REFERENCES bisections(id),
    -- Which updates it was built with: their numbers, in order, with commas between.
    updates TEXT NOT NULL,
    build_id INTEGER NOT NULL REFERENCES builds(id),
    result TEXT CHECK (result IN ('Good', 'Bad', 'Unresolved')),
    why TEXT,
    UNIQUE (bisection_id, updates)
);
CREATE INDEX bisection_probes_build ON bisection_probes (build_id);

-- What people are told.
CREATE TABLE notices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES users(id),
    kind TEXT NOT NULL,
    sentence TEXT NOT NULL,
    -- A page on this server.
    link TEXT NOT NULL,
    at INTEGER NOT NULL,
    read_at INTEGER
);
CREATE INDEX notices_person ON notices (person_id, id);
CREATE INDEX notices_unread ON notices (person_id, id) WHERE read_at IS NULL;

INSERT INTO sqlite_sequence (name, seq) VALUES ('schedules', 800), ('schedule_runs', 8000), ('bisections', 900);
