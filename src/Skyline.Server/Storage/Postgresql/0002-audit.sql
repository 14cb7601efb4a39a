-- The largest number that ever was, as SQLite keeps it: rows that are cut off at the audit log's end are missed.
CREATE TABLE sqlite_sequence (
    name text COLLATE "C" PRIMARY KEY,
    seq bigint NOT NULL
);

CREATE FUNCTION audit_counts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO sqlite_sequence (name, seq) VALUES ('audit', new.number)
    ON CONFLICT (name) DO UPDATE SET seq = greatest(sqlite_sequence.seq, excluded.seq);
    RETURN NULL;
END $$;
CREATE TRIGGER audit_counts AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_counts();

-- Nobody empties it at one go either: SQLite has no such statement.
CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_keeps();
