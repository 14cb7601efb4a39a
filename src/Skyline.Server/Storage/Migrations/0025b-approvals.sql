-- Tags that change only when a second person agrees, and what waits for one.

ALTER TABLE tags ADD COLUMN second_person INTEGER NOT NULL DEFAULT 0;
-- Who made somebody's account, as far as it is known: they do not make their own second person.
ALTER TABLE users ADD COLUMN added_by INTEGER REFERENCES users(id);

CREATE TABLE approvals (
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL DEFAULT 'Waiting' CHECK (state IN ('Waiting', 'Done', 'Refused', 'Withdrawn', 'Stale', 'Expired')),
    made_by INTEGER NOT NULL REFERENCES users(id),
    -- What was shown: the token, and what it is for; null: all, or Skyline itself asks, for a build's owner.
    token_id INTEGER REFERENCES tokens(id) ON DELETE SET NULL,
    scopes TEXT,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- In a sentence's end, for people.
    act TEXT NOT NULL,
    -- The right that it needs: whoever agrees must have it too.
    needs TEXT NOT NULL,
    -- The request, to be carried out as it came; null: a build is to go into its tag.
    method TEXT,
    door TEXT,
    path TEXT,
    route TEXT,
    query TEXT,
    content_type TEXT,
    body BLOB,
    build_id INTEGER REFERENCES builds(id),
    -- What it changes, as the audit log would have it, and the SHA-256 of that, of the tags' moments and of the builds' packages.
    changes TEXT NOT NULL,
    digest TEXT NOT NULL,
    decided_by INTEGER REFERENCES users(id),
    decided_at INTEGER,
    reason TEXT,
    -- On the host it was said that no second person is needed for this one.
    waived_at INTEGER,
    waived_why TEXT,
    revision INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX approvals_waiting ON approvals (expires_at) WHERE state = 'Waiting';
CREATE INDEX approvals_of_build ON approvals (build_id) WHERE build_id IS NOT NULL;

-- The tags that it changes, as they were when it was asked for: the last event that concerned each.
CREATE TABLE approval_tags (
    approval_id INTEGER NOT NULL REFERENCES approvals(id),
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    event INTEGER NOT NULL,
    PRIMARY KEY (approval_id, tag_id)
) WITHOUT ROWID;
CREATE INDEX approval_tags_of_tag ON approval_tags (tag_id);
