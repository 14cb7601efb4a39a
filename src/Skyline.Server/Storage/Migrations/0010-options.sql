-- What a build is built with beside its spec and its chroot (the wire's BuildOptions, as JSON); null: nothing.
ALTER TABLE builds ADD COLUMN options TEXT;

-- External repositories that a build asked for by itself, beside its tag's.
CREATE TABLE build_externals (
    build_id INTEGER NOT NULL REFERENCES builds(id),
    external_id INTEGER NOT NULL REFERENCES externals(id),
    PRIMARY KEY (build_id, external_id)
) WITHOUT ROWID;
CREATE INDEX build_externals_external ON build_externals (external_id);
