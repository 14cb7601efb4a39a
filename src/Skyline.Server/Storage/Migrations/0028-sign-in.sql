-- Other ways to sign in than a password, and what is asked for after one.

-- A secret that an app makes six digits of, encrypted with the keys in keys/pages; in use since totp_at, and until then being set up. No code of a step
-- up to totp_step is good any more: each is good once.
ALTER TABLE users ADD COLUMN totp TEXT;
ALTER TABLE users ADD COLUMN totp_at INTEGER;
ALTER TABLE users ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;

CREATE TABLE recovery_codes (
    sha256 TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    used_at INTEGER
) WITHOUT ROWID;
CREATE INDEX recovery_codes_of_person ON recovery_codes (user_id);

CREATE TABLE passkeys (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    credential BLOB NOT NULL UNIQUE,
    public_key BLOB NOT NULL,
    -- How often it signed, by its own count; 0 for ever of those that do not count.
    counter INTEGER NOT NULL,
    synced INTEGER NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER
);
CREATE INDEX passkeys_of_person ON passkeys (user_id);

-- Who somebody is at an OpenID Connect provider: by its own number for them, never by name or address.
CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (issuer, subject)
) WITHOUT ROWID;
CREATE INDEX identities_of_person ON identities (user_id);

-- How much was shown when it was begun: 1, a password or a provider's word; 2, a second factor too, or a passkey.
ALTER TABLE sessions ADD COLUMN factors INTEGER NOT NULL DEFAULT 1;
