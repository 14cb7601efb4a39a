-- What a builder can make buildroots with, as it says when it asks for work: a task of a chroot that needs another waits, and can say so.
CREATE TABLE builder_engines (
    builder_id INTEGER NOT NULL REFERENCES builders(id),
    engine TEXT NOT NULL,
    PRIMARY KEY (builder_id, engine)
) WITHOUT ROWID;

-- Every builder has its own; those of before this knew no other.
INSERT INTO builder_engines (builder_id, engine) SELECT id, 'overlay' FROM builders;

-- What the chroot definitions say, noted at every start.
CREATE TABLE chroot_engines (
    chroot TEXT PRIMARY KEY,
    engine TEXT NOT NULL
) WITHOUT ROWID;
