-- The address of somebody's own feed: who has it may read their notices and nothing else. Known by the hash of its secret.
CREATE TABLE feed_secrets (
    person_id INTEGER PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
);
