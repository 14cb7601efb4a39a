-- Side tags, personal tags, and drafts.

-- Whose a tag is; null: nobody's, and the administrators look after it.
ALTER TABLE tags ADD COLUMN owner_id INTEGER REFERENCES users(id);
-- A tag or target that was removed keeps its row, for the history; its name is not given again.
ALTER TABLE tags ADD COLUMN removed_at INTEGER;
ALTER TABLE targets ADD COLUMN removed_at INTEGER;

-- A tag beside another, for builds that are to come into that one together.
CREATE TABLE side_tags (
    tag_id INTEGER PRIMARY KEY REFERENCES tags(id),
    -- Of the same name.
    target_id INTEGER NOT NULL REFERENCES targets(id),
    base_target_id INTEGER NOT NULL REFERENCES targets(id),
    owner_id INTEGER NOT NULL REFERENCES users(id),
    note TEXT,
    created_at INTEGER NOT NULL,
    -- When its owner said that it goes; null: as the settings say.
    expires_at INTEGER,
    removed_at INTEGER,
    -- Why, for people.
    why TEXT
);
CREATE INDEX side_tags_base ON side_tags (base_target_id);
CREATE INDEX side_tags_here ON side_tags (owner_id) WHERE removed_at IS NULL;
