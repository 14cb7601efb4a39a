-- Chains that somebody arranges on a page and has not begun: they are here, so that a connection that is cut costs nothing.
CREATE TABLE chain_drafts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES users(id),
    target_id INTEGER NOT NULL REFERENCES targets(id),
    title TEXT,
    scratch INTEGER NOT NULL,
    background INTEGER NOT NULL,
    -- JSON: what every build of it is built with; null: nothing.
    options TEXT,
    -- SHA-256s of kept source packages: a link a line, with blanks between its members.
    links TEXT NOT NULL,
    -- JSON: the plan, where the order was found; null: it is as it was arranged by hand.
    plan TEXT,
    changed_at INTEGER NOT NULL
);
CREATE INDEX chain_drafts_person ON chain_drafts (person_id, changed_at);
