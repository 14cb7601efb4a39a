-- Pools: builders that come and go together, as many as the queue, the deadlines of mass rebuilds and their budgets ask for.

CREATE TABLE pools (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    channel_id INTEGER NOT NULL REFERENCES channels(id),
    -- What its builders build, with spaces between.
    arches TEXT NOT NULL,
    -- The Swarm service that its builders are made after; empty: machines join by themselves, and nobody starts or ends them.
    service TEXT NOT NULL DEFAULT '',
    least INTEGER NOT NULL,
    most INTEGER NOT NULL,
    slots INTEGER NOT NULL,
    -- How long fewer must be enough before one is let go.
    idle_seconds INTEGER NOT NULL,
    -- What its machines join with; null: nobody joins any more.
    token_sha256 TEXT UNIQUE,
    created_at INTEGER NOT NULL,
    -- What was decided last, and since when no more than that was wanted.
    wanted INTEGER NOT NULL DEFAULT 0,
    wanted_at INTEGER NOT NULL DEFAULT 0,
    why TEXT,
    -- Why it cannot be grown or shrunk.
    trouble TEXT,
    -- Names with spaces between: their services are being ended, and nobody joins under them.
    ending TEXT NOT NULL DEFAULT '',
    -- Of several servers one looks after it: whose turn it is, and until when.
    turn TEXT,
    turn_until INTEGER NOT NULL DEFAULT 0
);

-- Whose it is; it stays when the builder is removed, so that its name is nobody else's.
ALTER TABLE builders ADD COLUMN pool_id INTEGER REFERENCES pools(id);
-- Its pool lets it go: it is drained, and removed when nothing of it runs.
ALTER TABLE builders ADD COLUMN leaving INTEGER NOT NULL DEFAULT 0;
CREATE INDEX builders_pool ON builders (pool_id) WHERE pool_id IS NOT NULL;

-- When it shall be done, and how many builders of pools it may have at a time.
ALTER TABLE mass_rebuilds ADD COLUMN finish_by INTEGER;
ALTER TABLE mass_rebuilds ADD COLUMN most_builders INTEGER;
