-- Who may do what: a role a person. What each may do is in People/Rights.cs.

ALTER TABLE users ADD COLUMN role TEXT NOT NULL DEFAULT 'packager' CHECK (role IN ('viewer', 'packager', 'release-engineer', 'admin'));
UPDATE users SET role = 'admin' WHERE admin = 1;
ALTER TABLE users DROP COLUMN admin;
-- Who is disabled cannot sign in, and nothing of theirs is good: no token, no session.
ALTER TABLE users ADD COLUMN disabled_at INTEGER;

-- A token is known by its hash only, and belongs to one person or one builder.
CREATE TABLE tokens_anew (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    user_id INTEGER REFERENCES users(id),
    builder_id INTEGER REFERENCES builders(id),
    name TEXT NOT NULL DEFAULT 'first',
    -- Words with spaces between them; NULL: for all that its person's role may do.
    scopes TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER,
    CHECK ((user_id IS NULL) <> (builder_id IS NULL))
);
INSERT INTO tokens_anew (sha256, user_id, builder_id, created_at) SELECT sha256, user_id, builder_id, created_at FROM tokens ORDER BY created_at;
DROP TABLE tokens;
ALTER TABLE tokens_anew RENAME TO tokens;
CREATE INDEX tokens_of_person ON tokens (user_id) WHERE user_id IS NOT NULL;
