-- Which programs have changed the tables, so that an earlier one that is started on them can say which.
CREATE TABLE programs (
    version TEXT NOT NULL,
    schema INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (version, schema)
) WITHOUT ROWID;

-- Backups are work of keeping too, and what became of the last is shown with the rest.
CREATE TABLE keeping_reports_new (
    work TEXT NOT NULL CHECK (work IN ('Retention', 'Collection', 'Count', 'Check', 'Export', 'Backup')),
    subject TEXT NOT NULL,
    report TEXT,
    ended_at INTEGER,
    tried_at INTEGER NOT NULL,
    why TEXT,
    snapshot_id INTEGER,
    PRIMARY KEY (work, subject)
);
INSERT INTO keeping_reports_new (work, subject, report, ended_at, tried_at, why, snapshot_id) SELECT work, subject, report, ended_at, tried_at, why, snapshot_id FROM keeping_reports;
DROP TABLE keeping_reports;
ALTER TABLE keeping_reports_new RENAME TO keeping_reports;
