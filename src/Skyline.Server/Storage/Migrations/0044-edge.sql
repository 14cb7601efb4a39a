-- Certificates that this server shows at its own door: of its own authority, and of one that it asks by ACME (with the account there). Keys are sealed
-- with the key file, each to its name.
CREATE TABLE own_certificates (
    name TEXT PRIMARY KEY CHECK (name IN ('authority', 'acme account', 'acme certificate')),
    -- In PEM, with what stands between it and its authority; of an account its address.
    content TEXT NOT NULL,
    sealed_key BLOB NOT NULL,
    made_at INTEGER NOT NULL
);
