-- Source packages that were sent for a chain, until it is begun.
CREATE TABLE kept_sources (
    srpm_sha256 TEXT PRIMARY KEY,
    srpm_file TEXT NOT NULL,
    nvr TEXT NOT NULL,
    srpm_size INTEGER NOT NULL,
    -- Its spec's text; null: there is none that could be read.
    spec TEXT,
    person_id INTEGER NOT NULL REFERENCES users(id),
    -- When it came, or was asked for again.
    kept_at INTEGER NOT NULL
);
CREATE INDEX kept_sources_kept ON kept_sources (kept_at);
CREATE INDEX kept_sources_person ON kept_sources (person_id);

-- Why a chain's builds are in their order: the wire's ChainPlan, as JSON.
CREATE TABLE chain_plans (
    batch_id INTEGER PRIMARY KEY REFERENCES batches(id),
    plan TEXT NOT NULL
);

-- The same source package built with another %dist has another release: it is built first as a bootstrap, then again.
DROP INDEX IF EXISTS builds_one_an_srpm;
CREATE UNIQUE INDEX builds_one_an_srpm ON builds (target_id, srpm_nvr, coalesce(json_extract(options, '$.macros.dist'), ''))
    WHERE scratch = 0 AND draft = 0 AND state NOT IN ('Failed', 'Cancelled');
