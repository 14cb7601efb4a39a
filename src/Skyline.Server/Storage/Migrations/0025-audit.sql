-- Who changed what: one row for each change, in the transaction that makes it, and never another word about it.

CREATE TABLE audit (
    -- From 1, without gaps. SQLite keeps the largest that ever was (AUTOINCREMENT), so rows that are cut off at the end are missed.
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    -- One JSON object, byte for byte as it was hashed: Audit/Entry.cs says what is in it.
    entry TEXT NOT NULL,
    -- SHA-256, in lower-case hex, of the hash of the row before (of the first: 64 zeros) and of the entry: Skyline.Protocol/AuditChain.cs.
    hash TEXT NOT NULL,
    -- To look for: read from what was hashed, so they cannot say something else.
    at TEXT GENERATED ALWAYS AS (entry ->> '$.at') VIRTUAL,
    who TEXT GENERATED ALWAYS AS (entry ->> '$.who') VIRTUAL,
    thing TEXT GENERATED ALWAYS AS (entry ->> '$.thing') VIRTUAL
);
CREATE INDEX audit_who ON audit (who);
CREATE INDEX audit_thing ON audit (thing);
-- Against mistakes; whoever may write to the file can drop these, and then the hashes tell.
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'what is in the audit log stays as it is'); END;
CREATE TRIGGER audit_keeps BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'what is in the audit log stays there'); END;
