-- What became of the work of keeping: of each kind, and of each tag or tree that it was done for, the last report.
CREATE TABLE keeping_reports (
    work TEXT NOT NULL CHECK (work IN ('Retention', 'Collection', 'Count', 'Check', 'Export')),
    -- The tag of a check, the path of an export; empty: everything.
    subject TEXT NOT NULL,
    -- As the API tells it, and when the work that it is of had ended; NULL: never yet.
    report TEXT,
    ended_at INTEGER,
    -- The last try: why it did not come to its end; NULL: it did, and the report is its.
    tried_at INTEGER NOT NULL,
    why TEXT,
    -- Of an export: what the tree has. Not a reference: retention may have taken it.
    snapshot_id INTEGER,
    PRIMARY KEY (work, subject)
);
