-- Webhooks out: what happens is noted where somebody asked to be told of it, and becomes deliveries after that.

CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner_id INTEGER NOT NULL REFERENCES users(id),
    -- What is its owner's, what is of one tag, or all.
    scope TEXT NOT NULL CHECK (scope IN ('Mine', 'Tag', 'Instance')),
    tag_id INTEGER REFERENCES tags(id),
    url TEXT NOT NULL,
    note TEXT,
    secret_id INTEGER NOT NULL REFERENCES sealed_secrets(id),
    -- The one before, which is good until then too.
    old_secret_id INTEGER REFERENCES sealed_secrets(id),
    old_until INTEGER,
    created_at INTEGER NOT NULL,
    -- Since when no delivery was taken; null: the last one was.
    failing_since INTEGER,
    disabled_at INTEGER,
    disabled_why TEXT,
    CHECK ((tag_id IS NOT NULL) = (scope = 'Tag'))
);
CREATE INDEX webhooks_owner ON webhooks (owner_id);

-- Who is to be told of what; as long as nobody is, it is not noted.
CREATE TABLE wanted_events (
    event TEXT NOT NULL,
    webhook_id INTEGER REFERENCES webhooks(id) ON DELETE CASCADE,
    -- By mail.
    person_id INTEGER REFERENCES users(id) ON DELETE CASCADE,
    CHECK ((webhook_id IS NULL) <> (person_id IS NULL))
);
CREATE INDEX wanted_events_event ON wanted_events (event, webhook_id, person_id);
CREATE INDEX wanted_events_webhook ON wanted_events (webhook_id) WHERE webhook_id IS NOT NULL;
CREATE INDEX wanted_events_person ON wanted_events (person_id) WHERE person_id IS NOT NULL;

ALTER TABLE deliveries ADD COLUMN webhook_id INTEGER REFERENCES webhooks(id) ON DELETE CASCADE;
ALTER TABLE deliveries ADD COLUMN event TEXT;
CREATE INDEX deliveries_webhook ON deliveries (webhook_id, id) WHERE webhook_id IS NOT NULL;

-- What happened and is to be told; gone as soon as it became deliveries.
CREATE TABLE happenings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    -- Of a build, a tag's event, a snapshot, a batch, a side tag's tag, a run: as the event says.
    subject_id INTEGER NOT NULL,
    -- Null: about now.
    at INTEGER
);

-- Builds, tags and batches change in many places, and none of them may be forgotten: so it is noted here, in whatever transaction changes them.
CREATE TRIGGER happening_build AFTER UPDATE OF state ON builds
WHEN old.state IS NOT new.state AND new.state IN ('Building', 'Complete', 'Failed', 'Cancelled')
AND EXISTS (SELECT 1 FROM wanted_events WHERE event = CASE new.state WHEN 'Building' THEN 'build.started' WHEN 'Complete' THEN 'build.finished' WHEN 'Failed' THEN 'build.failed' ELSE 'build.cancelled' END) BEGIN
    INSERT INTO happenings (event, subject_id, at) VALUES (
        CASE new.state WHEN 'Building' THEN 'build.started' WHEN 'Complete' THEN 'build.finished' WHEN 'Failed' THEN 'build.failed' ELSE 'build.cancelled' END, new.id, new.ended_at);
END;
CREATE TRIGGER happening_tag AFTER INSERT ON tag_events
WHEN new.kind IN ('Tag', 'Untag') AND new.build_id IS NOT NULL AND EXISTS (SELECT 1 FROM wanted_events WHERE event = CASE new.kind WHEN 'Tag' THEN 'tag.tagged' ELSE 'tag.untagged' END) BEGIN
    INSERT INTO happenings (event, subject_id, at) VALUES (CASE new.kind WHEN 'Tag' THEN 'tag.tagged' ELSE 'tag.untagged' END, new.id, new.at);
END;
CREATE TRIGGER happening_snapshot AFTER INSERT ON snapshots WHEN EXISTS (SELECT 1 FROM wanted_events WHERE event = 'snapshot.published') BEGIN
    INSERT INTO happenings (event, subject_id, at) VALUES ('snapshot.published', new.id, new.created_at);
END;
CREATE TRIGGER happening_batch AFTER UPDATE OF state ON batches
WHEN old.state IS NOT new.state AND new.state IN ('Complete', 'Failed', 'Cancelled') AND EXISTS (SELECT 1 FROM wanted_events WHERE event = 'batch.ended') BEGIN
    INSERT INTO happenings (event, subject_id, at) VALUES ('batch.ended', new.id, new.ended_at);
END;

-- Until when its owner was told that it is about to go: once an end.
ALTER TABLE side_tags ADD COLUMN told_end INTEGER;
