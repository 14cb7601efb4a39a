-- What servers keep in memory of the database is told to each other: a row for each change that one of them must know of. Whoever has the
-- turn to write reads what came since it last looked, and what it has written itself just before it commits; for the others, who write
-- nothing, a notification says that there is more. Rows that every server has read long since go (ToldRows.cs).
CREATE TABLE told (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text COLLATE "C" NOT NULL,
    id bigint,
    word text COLLATE "C",
    much bigint
);

CREATE FUNCTION tell_sights() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO told (kind) VALUES ('sights');
    RETURN NULL;
END $$;
CREATE TRIGGER told_tags_made AFTER INSERT ON tags FOR EACH ROW WHEN (NEW.private = 1) EXECUTE FUNCTION tell_sights();
CREATE TRIGGER told_tags AFTER UPDATE OF private, owner_id ON tags FOR EACH ROW EXECUTE FUNCTION tell_sights();
CREATE TRIGGER told_users AFTER UPDATE OF role, disabled_at ON users FOR EACH ROW EXECUTE FUNCTION tell_sights();
CREATE TRIGGER told_tag_grants AFTER INSERT OR UPDATE OR DELETE ON tag_grants FOR EACH ROW EXECUTE FUNCTION tell_sights();
CREATE TRIGGER told_team_members AFTER INSERT OR UPDATE OR DELETE ON team_members FOR EACH ROW EXECUTE FUNCTION tell_sights();
CREATE TRIGGER told_tag_parents AFTER INSERT OR UPDATE OR DELETE ON tag_parents FOR EACH ROW EXECUTE FUNCTION tell_sights();
CREATE TRIGGER told_side_tags AFTER INSERT OR UPDATE OR DELETE ON side_tags FOR EACH ROW EXECUTE FUNCTION tell_sights();

CREATE FUNCTION tell_build() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO told (kind, id) VALUES ('build', NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER told_builds_made AFTER INSERT ON builds FOR EACH ROW EXECUTE FUNCTION tell_build();
CREATE TRIGGER told_builds AFTER UPDATE OF state, nvr, draft, ended_at ON builds FOR EACH ROW EXECUTE FUNCTION tell_build();

CREATE FUNCTION tell_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO told (kind, id, much) VALUES ('snapshot', NEW.tag_id, NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER told_snapshots AFTER INSERT ON snapshots FOR EACH ROW EXECUTE FUNCTION tell_snapshot();

-- What is counted as it happens (Metrics/HearOfWork.cs), by the server that wrote it.
CREATE FUNCTION tell_lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO told (kind, much) VALUES ('lease', NEW.leased_at - NEW.created_at);
    RETURN NULL;
END $$;
CREATE TRIGGER told_lease AFTER UPDATE OF leased_at ON task_runs FOR EACH ROW WHEN (NEW.leased_at IS NOT NULL AND OLD.leased_at IS NULL) EXECUTE FUNCTION tell_lease();

CREATE FUNCTION tell_run() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO told (kind, word, much) VALUES ('run', NEW.state, NEW.ended_at - NEW.leased_at);
    RETURN NULL;
END $$;
CREATE TRIGGER told_run AFTER UPDATE OF ended_at ON task_runs FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL) EXECUTE FUNCTION tell_run();

CREATE FUNCTION tell_build_ended() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO told (kind, word, much) VALUES ('ended', NEW.state, NEW.ended_at - NEW.submitted_at);
    RETURN NULL;
END $$;
CREATE TRIGGER told_build_ended AFTER UPDATE OF ended_at ON builds FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL) EXECUTE FUNCTION tell_build_ended();
