-- Teams, rights in one tag, tags that are closed or private. Who may do what by them is in Tags/TagRule.cs, who sees what in Privacy/Readers.cs.

-- Who may not read it is told of none.
ALTER TABLE tags ADD COLUMN private INTEGER NOT NULL DEFAULT 0;
-- Whatever their role, who is not named may not build, tag or promote into it.
ALTER TABLE tags ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;

CREATE TABLE teams (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    created_by INTEGER REFERENCES users(id),
    removed_at INTEGER
);
CREATE UNIQUE INDEX teams_name ON teams (name) WHERE removed_at IS NULL;

CREATE TABLE team_members (
    team_id INTEGER NOT NULL REFERENCES teams(id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users(id),
    -- Whether they say who else is in it.
    leads INTEGER NOT NULL DEFAULT 0,
    added_at INTEGER NOT NULL,
    added_by INTEGER REFERENCES users(id),
    PRIMARY KEY (team_id, user_id)
) WITHOUT ROWID;
CREATE INDEX team_members_of_person ON team_members (user_id);

-- One right of one person or team in one tag. A row is closed, never removed.
CREATE TABLE tag_grants (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    user_id INTEGER REFERENCES users(id),
    team_id INTEGER REFERENCES teams(id),
    access TEXT NOT NULL CHECK (access IN ('read', 'build', 'tag', 'promote', 'administer')),
    granted_at INTEGER NOT NULL,
    granted_by INTEGER REFERENCES users(id),
    revoked_at INTEGER,
    revoked_by INTEGER REFERENCES users(id),
    CHECK ((user_id IS NULL) <> (team_id IS NULL))
);
CREATE UNIQUE INDEX tag_grants_now ON tag_grants (tag_id, coalesce(user_id, 0), coalesce(team_id, 0), access) WHERE revoked_at IS NULL;
CREATE INDEX tag_grants_of_tag ON tag_grants (tag_id) WHERE revoked_at IS NULL;
CREATE INDEX tag_grants_of_team ON tag_grants (team_id) WHERE team_id IS NOT NULL;

-- What a notice is about; null: no tag.
ALTER TABLE notices ADD COLUMN tag_id INTEGER REFERENCES tags(id);
