-- Builds that belong together, and who goes first.

-- As in Koji: the lower number goes first; 20 is usual, 25 is for what may wait (mass rebuilds, runs by the clock).
ALTER TABLE builds ADD COLUMN priority INTEGER NOT NULL DEFAULT 20;
-- A draft may have the version and release of another build, and stays out of the way of real ones until it is promoted.
ALTER TABLE builds ADD COLUMN draft INTEGER NOT NULL DEFAULT 0;

-- A chain, a mass rebuild, a run by the clock.
CREATE TABLE batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    revision INTEGER NOT NULL DEFAULT 1,
    kind TEXT NOT NULL CHECK (kind IN ('Chain', 'MassRebuild', 'ScheduledRun')),
    title TEXT NOT NULL,
    -- Where its builds go; of one with a side tag of its own, that one's target.
    target_id INTEGER NOT NULL REFERENCES targets(id),
    -- The tag that was made for it; null: none was.
    side_tag_id INTEGER REFERENCES tags(id),
    scratch INTEGER NOT NULL DEFAULT 0,
    draft INTEGER NOT NULL DEFAULT 0,
    priority INTEGER NOT NULL,
    -- How often a member is built again after a fault that was not its own.
    retries INTEGER NOT NULL DEFAULT 0,
    -- How many of its builds may be open at a time; null: all that are ready.
    most_open INTEGER,
    owner_id INTEGER NOT NULL REFERENCES users(id),
    state TEXT NOT NULL CHECK (state IN ('Planned', 'Running', 'Complete', 'Failed', 'Cancelled')),
    why TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER
);
CREATE INDEX batches_running ON batches (id) WHERE state = 'Running';

-- One source package of a batch.
CREATE TABLE batch_members (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch_id INTEGER NOT NULL REFERENCES batches(id),
    package TEXT NOT NULL,
    srpm_file TEXT NOT NULL,
    srpm_sha256 TEXT NOT NULL,
    srpm_size INTEGER NOT NULL,
    -- The link of a chain, the wave of a mass rebuild: from 1. For people; what a member waits for is in batch_needs.
    wave INTEGER NOT NULL,
    -- The wire's BuildOptions, as JSON; null: none.
    options TEXT,
    state TEXT NOT NULL CHECK (state IN ('Waiting', 'Building', 'Done', 'Failed', 'Blocked', 'Cancelled')),
    why TEXT,
    -- Its newest build, and how many it has had.
    build_id INTEGER REFERENCES builds(id),
    tries INTEGER NOT NULL DEFAULT 0,
    -- The event of its build's tagging: what needs it is built once the buildroots' repository has taken that in.
    visible_event INTEGER,
    -- When all that it needs had been published.
    ready_at INTEGER,
    ended_at INTEGER
);
CREATE INDEX batch_members_batch ON batch_members (batch_id, state);
CREATE INDEX batch_members_building ON batch_members (batch_id) WHERE state = 'Building';
CREATE INDEX batch_members_build ON batch_members (build_id);
CREATE INDEX batch_members_srpm ON batch_members (srpm_sha256);

-- A member is built once those that it needs are done, and in the repository that its buildroot is made of.
CREATE TABLE batch_needs (
    member_id INTEGER NOT NULL REFERENCES batch_members(id),
    needs_id INTEGER NOT NULL REFERENCES batch_members(id),
    PRIMARY KEY (member_id, needs_id)
) WITHOUT ROWID;
CREATE INDEX batch_needs_of ON batch_needs (needs_id);

ALTER TABLE builds ADD COLUMN batch_id INTEGER REFERENCES batches(id);
CREATE INDEX builds_batch ON builds (batch_id) WHERE batch_id IS NOT NULL;

INSERT INTO sqlite_sequence (name, seq) VALUES ('batches', 600), ('batch_members', 40000);
