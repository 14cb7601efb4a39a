-- What administrators set on the page of settings, by the setting's name ("Mail:From"), as they wrote it. What is set in a file, in the environment or
-- on the command line goes before it.
CREATE TABLE page_settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by INTEGER REFERENCES users(id)
) WITHOUT ROWID;
