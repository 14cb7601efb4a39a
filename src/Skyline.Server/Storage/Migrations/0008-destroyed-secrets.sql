-- When the secret of a key that nothing needs any more was destroyed. (Without a secret and without this, the signing command has it.)
ALTER TABLE signing_keys ADD COLUMN destroyed_at INTEGER;
