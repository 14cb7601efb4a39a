-- What other servers and people are told: put in the transaction of what it tells of, sent after it, and again until it is taken.

-- Secrets that this server must be able to say again: of webhooks, of other servers' accounts. Sealed with the key file, each to its name.
CREATE TABLE sealed_secrets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What receivers know it by, the same at every try.
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('Webhook', 'Status', 'Mail')),
    -- Whoever is slow holds up their own alone: a host and port.
    receiver TEXT NOT NULL,
    address TEXT NOT NULL,
    method TEXT NOT NULL,
    -- As JSON, an object; none of them is a secret.
    headers TEXT NOT NULL,
    body TEXT NOT NULL,
    -- Of several about the same only the newest is worth sending; null: about itself.
    topic TEXT,
    -- Said in that header, behind those words.
    secret_id INTEGER REFERENCES sealed_secrets(id) ON DELETE CASCADE,
    secret_header TEXT,
    secret_before TEXT,
    state TEXT NOT NULL DEFAULT 'Waiting' CHECK (state IN ('Waiting', 'Delivered', 'GivenUp', 'Replaced')),
    created_at INTEGER NOT NULL,
    -- Null once it is over.
    next_at INTEGER,
    gives_up_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    -- Of the last try: when, how it was answered (null: not at all), the answer's beginning or why there was none, how long it took.
    last_at INTEGER,
    last_status INTEGER,
    last_answer TEXT,
    last_ms INTEGER,
    ended_at INTEGER,
    CHECK ((next_at IS NOT NULL) = (state = 'Waiting'))
);
CREATE INDEX deliveries_due ON deliveries (receiver, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX deliveries_topic ON deliveries (topic) WHERE topic IS NOT NULL AND next_at IS NOT NULL;
CREATE INDEX deliveries_ended ON deliveries (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX deliveries_secret ON deliveries (secret_id) WHERE secret_id IS NOT NULL;
