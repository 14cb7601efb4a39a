using Npgsql;

namespace Skyline.Server.Storage.Postgresql;

/// <summary>
/// Tables in a PostgreSQL that several servers share. They write in turn, as one of them alone would: each write holds a lock of the whole
/// database until it is committed (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS). PostgreSQL itself sees that what is
/// answered is on the disk. A connection that is lost, because it restarts or another takes its place, is opened again by whoever needs one next.
/// </summary>
sealed class SharedDatabase : Engine
{
    const long Turn = 0x534B594C494E4501;

    readonly Known known;
    readonly ConnectTo there;
    readonly ToldRows told;
    HearOthers? others;
    Statements? writer;

    SharedDatabase(ConnectTo there, Known known)
    {
        (this.there, this.known, told) = (there, known, new(known));
        known.IsDeaf = true;
    }

    /// <exception cref="IOException">It is not there, or not to be used so.</exception>
    public static SharedDatabase Open(string connection, Known known)
    {
        var database = new SharedDatabase(new(connection), known);
        try
        {
            using (var first = database.there.Open()) Tables.MakeReady(first);
            using var reader = database.OpenReader();
            database.told.Begin(reader);
            return database;
        }
        catch (NpgsqlException fault)
        {
            throw new IOException($"The PostgreSQL that Skyline__Database names cannot be used: {Away.Sentence(fault)} See that it runs, and that its user may sign in and make a schema in that database.");
        }
    }

    public override KeptStatements BeginWrite()
    {
        if (isLost) Drop();
        if (writer is { } kept)
            try
            {
                return Begin(kept);
            }
            catch (Exception lost) when (IsAway(lost))
            {
                Drop();
            }
        return Begin(writer = new(there.Open()));
    }

    /// <summary>With the turn goes that it is known here what those before have written.</summary>
    Statements Begin(Statements on)
    {
        try
        {
            on.Do("BEGIN");
            on.One<string>("SELECT CAST(pg_advisory_xact_lock(@Turn) AS text)", new { Turn });
            told.Hear(on);
            return on;
        }
        catch (Exception)
        {
            Drop();
            throw;
        }
    }

    void Drop()
    {
        isLost = false;
        writer?.Dispose();
        writer = null;
    }

    public override void Committing(KeptStatements on, bool changed)
    {
        if (!changed) return;
        told.HearOwn(on);
        on.One<string>($"SELECT CAST(pg_notify('{HearOthers.Told}', '') AS text)");
    }

    public override void Committed(List<PendingWrite> writes, bool changed)
    {
        foreach (var write in writes) write.Tell();
    }

    public override KeptStatements OpenReader() => new Statements(there.Open());

    public override void BeginRead(KeptStatements reader) => reader.Do("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");

    public override string References => $"""
        SELECT c.relname AS "Table", a.attname AS "Column", p.relname AS Parent, b.attname AS "To" FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
          JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1] JOIN pg_attribute b ON b.attrelid = p.oid AND b.attnum = k.confkey[1]
        WHERE k.contype = 'f' AND n.nspname = '{Dialect.Schema}' ORDER BY c.relname, k.oid
        """;

    public override long Bytes
    {
        get
        {
            using var reader = OpenReader();
            return reader.One<long>("SELECT pg_database_size(current_database())");
        }
    }

    /// <summary>A write that met it cannot be gone on with, nor can those of the same commit.</summary>
    public override bool IsDamage(Exception fault) => IsAway(fault);

    public override void Meet(Exception fault)
    {
        if (IsAway(fault)) isLost = true;
    }

    /// <summary>Another connection may be better than the one that writes: it was lost, or nothing can be written on it.</summary>
    volatile bool isLost;

    public override bool IsAway(Exception fault) => Away.Is(fault);

    public override void Connect(Bells bells) => others = new(there.Open, told, known, bells);

    public override void Dispose()
    {
        others?.Dispose();
        writer?.Dispose();
    }
}
