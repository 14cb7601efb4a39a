using Dapper;
using Microsoft.Data.Sqlite;

namespace Skyline.Server.Storage;

/// <summary>SQLite in one file: one connection that writes, and read-only ones beside it (WAL).</summary>
sealed class SqliteFile : Engine
{
    readonly SqliteStatements writer;
    readonly string file, readers;
    readonly WriteAheadLog wal;
    readonly Flushes flushes;
    volatile string? damage;

    // SQLite counts all that it allocates, under one lock for every thread. Nobody reads that here.
    static SqliteFile()
    {
        SQLitePCL.Batteries_V2.Init();
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    SqliteFile(SqliteConnection writer, string file, Action? flush, Known known)
    {
        (this.writer, this.file, wal) = (new(writer), file, new(file + "-wal"));
        readers = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString();
        flushes = new(flush ?? wal.Flush);
        HearOfSights(writer, known);
        HearOfBuilds(writer, known);
    }

    /// <param name="flush">For tests: in place of the disk.</param>
    public static SqliteFile Open(string file, Action? flush, TimeProvider time, FolderLock? held, bool copy, Known known)
    {
        try
        {
            return OpenSound(Path.GetFullPath(file), flush, time, held, copy, known);
        }
        catch (SqliteException fault) when (DatabaseFault.AtStart(file, fault) is { } sentence)
        {
            throw sentence;
        }
    }

    static SqliteFile OpenSound(string file, Action? flush, TimeProvider time, FolderLock? held, bool copy, Known known)
    {
        var writer = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30, Pooling = false }.ToString());
        writer.Open();
        try
        {
            MakeReady(writer, file, time, held, copy);
        }
        catch (Exception)
        {
            writer.Dispose();
            throw;
        }
        // An answered request is on the disk, even if the power goes the moment after: Flushes sees to that, beside the next commits.
        writer.Execute("PRAGMA synchronous=NORMAL");
        return new(writer, file, flush, known);
    }

    static void MakeReady(SqliteConnection writer, string file, TimeProvider time, FolderLock? held, bool copy)
    {
        writer.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000");
        var schema = Migrations.Of(writer);
        if (schema > 0) SoundAtStart.Check(writer, file, SoundAtStart.AtStart);
        if (schema == Migrations.Newest) return;
        // A command on the host changes no tables under a server that runs.
        using var own = held is null && schema > 0 ? FolderLock.Take(Path.GetDirectoryName(file)!, "a command that takes the database over", time) : null;
        Migrations.Run(writer, copy ? Path.GetDirectoryName(file) : null);
    }

    /// <summary>This connection's own triggers say which commits change who may read what.</summary>
    static void HearOfSights(SqliteConnection writer, Known known)
    {
        writer.CreateFunction("sights_change", () =>
        {
            known.SightsChange();
            return true;
        });
        foreach (var (table, column) in new[] { ("tags", "private"), ("tags", "owner_id"), ("tag_grants", ""), ("team_members", ""), ("tag_parents", ""), ("side_tags", ""), ("users", "role"), ("users", "disabled_at") })
            foreach (var act in column.Length > 0 ? new[] { $"UPDATE OF {column}" } : ["INSERT", "UPDATE", "DELETE"])
                writer.Execute($"CREATE TEMP TRIGGER sights_{table}_{column}_{act[..6]} AFTER {act} ON main.{table} BEGIN SELECT sights_change(); END");
        writer.Execute("CREATE TEMP TRIGGER sights_tags_made AFTER INSERT ON main.tags WHEN NEW.private BEGIN SELECT sights_change(); END");
    }

    static void HearOfBuilds(SqliteConnection writer, Known known)
    {
        writer.CreateFunction<long, bool>("build_changes", build =>
        {
            known.Builds.Written(build);
            return true;
        });
        Metrics.HearOfWork.On(writer);
        writer.Execute("CREATE TEMP TRIGGER changed_build_made AFTER INSERT ON main.builds BEGIN SELECT build_changes(NEW.id); END");
        writer.Execute("CREATE TEMP TRIGGER changed_build AFTER UPDATE OF state, nvr, draft, ended_at ON main.builds BEGIN SELECT build_changes(NEW.id); END");
    }

    public override string? Damage => damage;

    public override Exception Damaged(string found) => DatabaseFault.Damaged(file, found);

    public override KeptStatements BeginWrite()
    {
        writer.Do("BEGIN IMMEDIATE");
        return writer;
    }

    public override void Committed(List<PendingWrite> writes, bool changed) => flushes.Add(writes, changed);

    public override void Flush() => flushes.Flush();

    public override KeptStatements OpenReader()
    {
        var reader = new SqliteConnection(readers);
        reader.Open();
        return new SqliteStatements(reader);
    }

    public override void BeginRead(KeptStatements reader) => reader.Do("BEGIN");

    public override string References => """
        SELECT m.name AS "Table", f."from" AS "Column", f."table" AS Parent, f."to" AS "To" FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id
        """;

    /// <summary>With what SQLite has not moved from its log yet: on a young server that is all there is.</summary>
    public override long Bytes => new DirectoryInfo(Path.GetDirectoryName(file)!).EnumerateFiles("skyline.db*").Sum(one => one.Length);

    public override bool IsDamage(Exception fault) => fault is SqliteException met && DatabaseFault.IsDamage(met);

    public override void Meet(Exception fault)
    {
        if (fault is SqliteException met && DatabaseFault.IsDamage(met)) damage ??= DatabaseFault.Sentence(met);
    }

    public override void Dispose()
    {
        writer.Dispose();
        wal.Dispose();
    }
}
