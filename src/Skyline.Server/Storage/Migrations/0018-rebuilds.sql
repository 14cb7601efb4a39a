-- Mass rebuilds: what a batch of kind MassRebuild is of, and what became of it.

-- What needs one that was not built is built all the same, with what there was before: every package of a mass rebuild has a build already.
ALTER TABLE batches ADD COLUMN past_failures INTEGER NOT NULL DEFAULT 0;

CREATE TABLE mass_rebuilds (
    batch_id INTEGER PRIMARY KEY REFERENCES batches(id),
    -- The target that it was asked for, and the tag that it is merged into.
    base_target_id INTEGER NOT NULL REFERENCES targets(id),
    into_tag_id INTEGER NOT NULL REFERENCES tags(id),
    -- What was asked for, in words.
    asked TEXT NOT NULL,
    -- The wire's ReleaseBump, as JSON; null: built as they are.
    bump TEXT,
    merged_at INTEGER,
    merged_by INTEGER REFERENCES users(id)
);

-- Of a member: the build whose source package it is built from again, and how long it takes as far as history tells.
CREATE TABLE mass_rebuild_members (
    member_id INTEGER PRIMARY KEY REFERENCES batch_members(id),
    -- Null: it is new, as the library of a soname bump is.
    base_build_id INTEGER REFERENCES builds(id),
    seconds REAL
);

-- What was found and is not rebuilt.
CREATE TABLE mass_rebuild_left_out (
    batch_id INTEGER NOT NULL REFERENCES batches(id),
    package TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (batch_id, package)
) WITHOUT ROWID;

-- Packages that no mass rebuild of the tag, or of those that inherit from it, touches: Fedora's "noautobuild".
CREATE TABLE no_auto_builds (
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    package TEXT NOT NULL,
    why TEXT,
    set_by INTEGER NOT NULL REFERENCES users(id),
    set_at INTEGER NOT NULL,
    PRIMARY KEY (tag_id, package)
) WITHOUT ROWID;
