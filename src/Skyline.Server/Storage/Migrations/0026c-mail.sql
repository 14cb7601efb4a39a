-- E-mail to people: at an address that they have shown to be theirs, of what they chose.

CREATE TABLE mail_addresses (
    person_id INTEGER PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
    -- Shown to be theirs by a link that was sent there; null: none was yet.
    address TEXT,
    verified_at INTEGER,
    -- To be shown to be theirs: known by the hash of the link's secret.
    asked_address TEXT,
    asked_sha256 TEXT UNIQUE,
    asked_at INTEGER,
    -- How many were asked for on that day (days since 1970): nobody has mail sent to others without end.
    asks_day INTEGER NOT NULL DEFAULT 0,
    asks INTEGER NOT NULL DEFAULT 0,
    -- Why nothing is sent to the address any more that was theirs.
    refused_why TEXT,
    -- The last mail, and how many on that day.
    sent_at INTEGER,
    sent_day INTEGER NOT NULL DEFAULT 0,
    sent INTEGER NOT NULL DEFAULT 0
);

-- What of it is sent to whom; what concerns the security of an account always is.
CREATE TABLE mail_choices (
    person_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    PRIMARY KEY (person_id, kind)
) WITHOUT ROWID;

-- What the next mail to a person says.
CREATE TABLE mail_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    sentence TEXT NOT NULL,
    -- A page on this server.
    link TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX mail_items_person ON mail_items (person_id, id);

-- When its owner was told that it is good for a few days only.
ALTER TABLE tokens ADD COLUMN told_end INTEGER;
