-- What packages and metadata are signed with: keys of the instance (tag_id NULL) and of single tags. A key is Next while
-- everything is signed with it beside the Current one, and Retired after it.
CREATE TABLE signing_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag_id INTEGER REFERENCES tags(id),
    kind TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE,
    public_armored TEXT NOT NULL,
    -- Encrypted with the key file; NULL: the signing command has it.
    secret BLOB,
    state TEXT NOT NULL,
    -- What keeps a next key from being taken into use.
    why TEXT,
    created_at INTEGER NOT NULL,
    -- Who asked for it; NULL: the server itself.
    made_by INTEGER REFERENCES users(id),
    retired_at INTEGER
);
CREATE UNIQUE INDEX signing_keys_one_a_state ON signing_keys (ifnull(tag_id, 0), state) WHERE state IN ('Current', 'Next');

-- The key that a tag's newest snapshot is signed with, and those before it: a row is closed, never removed.
CREATE TABLE tag_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    key_id INTEGER NOT NULL REFERENCES signing_keys(id),
    since INTEGER NOT NULL,
    until INTEGER
);
CREATE UNIQUE INDEX tag_keys_now ON tag_keys (tag_id) WHERE until IS NULL;
