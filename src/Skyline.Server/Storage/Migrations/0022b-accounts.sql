-- Signing in to pages. A password is known by its salted, slow hash; sessions and invitations by the hash of their secret.

ALTER TABLE users ADD COLUMN password TEXT;

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    -- The token that it was begun with: it is good for as much, and for as long.
    token_id INTEGER REFERENCES tokens(id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    address TEXT,
    browser TEXT
);
CREATE INDEX sessions_of_person ON sessions (user_id);

-- A link that is good once: with a role, to become somebody new; with a person, to choose a new password.
CREATE TABLE invitations (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    role TEXT,
    user_id INTEGER REFERENCES users(id) ON DELETE CASCADE,
    -- NULL: by a command on the host.
    made_by INTEGER REFERENCES users(id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    CHECK ((role IS NULL) <> (user_id IS NULL))
);
