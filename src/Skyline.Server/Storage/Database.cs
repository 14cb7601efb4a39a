using System.Collections.Concurrent;
using System.Data;
using Dapper;
using Microsoft.Data.Sqlite;
using Skyline.Server.Privacy;

namespace Skyline.Server.Storage;

/// <summary>
/// SQLite in one file: one writer connection behind a gate, so that writers queue fairly instead of spinning on a busy file,
/// and pooled read-only connections beside it (WAL). Everything that changes together changes in one <see cref="Write"/>.
/// </summary>
public sealed class Database : IDisposable
{
    /// <summary>So that the first of them does not wait for a crowd.</summary>
    const int MostTogether = 64;

    readonly SemaphoreSlim gate = new(1, 1);
    readonly ConcurrentQueue<PendingWrite> waiting = new();
    /// <summary>Readers that rest, their statements prepared; more are opened where more read at once, and closed after.</summary>
    const int MostAtRest = 16;

    readonly ConcurrentQueue<KeptStatements> resting = [];
    readonly KeptStatements writer;
    readonly string readers;
    readonly WriteAheadLog wal;
    readonly Flushes flushes;

    readonly NarrowReaders narrow;

    long commits, sights;
    bool sightsChange;

    internal Readers Readers { get; }

    internal ChangedBuilds ChangedBuilds { get; } = new();

    /// <summary>As long as it is the same, nothing has been written.</summary>
    public long Commits => Interlocked.Read(ref commits);

    // SQLite counts all that it allocates, under one lock for every thread. Nobody reads that here.
    static Database()
    {
        SQLitePCL.Batteries_V2.Init();
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    readonly TimeProvider time;
    string file = "";
    volatile string? damage;

    /// <summary>What SQLite said when it met damage while the server ran; null: it met none. Since then nothing is written.</summary>
    public string? Damage => damage;

    Database(KeptStatements writer, string readers, WriteAheadLog wal, Action? flush, TimeProvider time)
    {
        (this.writer, this.readers, this.wal, this.time) = (writer, readers, wal, time);
        flushes = new(flush ?? wal.Flush);
        Readers = new(() => Interlocked.Read(ref sights), ReadAll);
        narrow = new(OpenReader, Readers);
    }

    /// <param name="time">When changes are noted; null: the system's.</param>
    public static Database Open(string file, TimeProvider? time = null) => Open(file, flush: null, time);

    /// <summary>For the one server of a data folder: it may take the tables over from an earlier version.</summary>
    /// <param name="copy">Whether the database is copied before (<see cref="CopyBeforeUpgrade"/>).</param>
    internal static Database OpenOwn(string file, FolderLock held, bool copy, TimeProvider time) => Open(file, null, time, held, copy);

    /// <param name="flush">For tests: in place of the disk.</param>
    internal static Database Open(string file, Action? flush, TimeProvider? time = null, FolderLock? held = null, bool copy = true)
    {
        try
        {
            return OpenSound(Path.GetFullPath(file), flush, time ?? TimeProvider.System, held, copy);
        }
        catch (SqliteException fault) when (DatabaseFault.AtStart(file, fault) is { } sentence)
        {
            throw sentence;
        }
    }

    static Database OpenSound(string file, Action? flush, TimeProvider time, FolderLock? held, bool copy)
    {
        var at = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30 };
        var writer = new SqliteConnection(new SqliteConnectionStringBuilder(at.ToString()) { Pooling = false }.ToString());
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
        var database = new Database(new(writer), new SqliteConnectionStringBuilder(at.ToString()) { Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString(), new(file + "-wal"), flush, time) { file = file };
        database.writer.Readers = database.Readers;
        database.HearOfSights(writer);
        database.HearOfBuilds(writer);
        return database;
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
    void HearOfSights(SqliteConnection writer)
    {
        writer.CreateFunction("sights_change", () => sightsChange = true);
        foreach (var (table, column) in new[] { ("tags", "private"), ("tags", "owner_id"), ("tag_grants", ""), ("team_members", ""), ("tag_parents", ""), ("side_tags", ""), ("users", "role"), ("users", "disabled_at") })
            foreach (var act in column.Length > 0 ? new[] { $"UPDATE OF {column}" } : ["INSERT", "UPDATE", "DELETE"])
                writer.Execute($"CREATE TEMP TRIGGER sights_{table}_{column}_{act[..6]} AFTER {act} ON main.{table} BEGIN SELECT sights_change(); END");
        writer.Execute("CREATE TEMP TRIGGER sights_tags_made AFTER INSERT ON main.tags WHEN NEW.private BEGIN SELECT sights_change(); END");
    }

    void HearOfBuilds(SqliteConnection writer)
    {
        writer.CreateFunction<long, bool>("build_changes", build =>
        {
            ChangedBuilds.Written(build);
            return true;
        });
        Metrics.HearOfWork.On(writer);
        writer.Execute("CREATE TEMP TRIGGER changed_build_made AFTER INSERT ON main.builds BEGIN SELECT build_changes(NEW.id); END");
        writer.Execute("CREATE TEMP TRIGGER changed_build AFTER UPDATE OF state, nvr, draft, ended_at ON main.builds BEGIN SELECT build_changes(NEW.id); END");
    }

    /// <summary>
    /// Runs <paramref name="act"/> in a transaction that nobody else writes beside; an exception undoes it, and only it. Those that
    /// wait are taken along in one commit: many at once cost one flush of the disk. Whoever awaits this is told after the commit.
    /// </summary>
    public async Task<T> Write<T>(Func<IDbTransaction, T> act, CancellationToken ct = default)
    {
        if (damage is { } found) throw DatabaseFault.Damaged(file, found);
        var own = new PendingWrite<T>(act);
        waiting.Enqueue(own);
        try
        {
            await gate.WaitAsync(ct);
            try
            {
                while (!own.IsTaken) CommitWaiting();
            }
            finally
            {
                gate.Release();
                flushes.Flush();
            }
        }
        catch (Exception) when (own.GiveUp())
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            // Another has taken it along, so its outcome comes.
        }
        return await own.Done;
    }

    void CommitWaiting()
    {
        var (taken, before) = (new List<PendingWrite>(), writer.Changes);
        List<(Action Show, Action Undo)> shown = [];
        writer.Do("BEGIN IMMEDIATE");
        try
        {
            using var transaction = new KeptTransaction(writer);
            while (taken.Count < MostTogether && waiting.TryDequeue(out var next))
            {
                if (!next.Take()) continue;
                taken.Add(next);
                next.Run(transaction, time);
                if (next.Fault is SqliteException met && DatabaseFault.IsDamage(met)) throw met;
            }
            if (sightsChange) Interlocked.Increment(ref sights);
            shown = transaction.Shown;
            foreach (var one in shown) one.Show();
            transaction.Commit();
        }
        catch (Exception e)
        {
            Meet(e);
            writer.UndoIfOpen();
            foreach (var one in shown) one.Undo();
            foreach (var write in taken) write.Fail(e);
            return;
        }
        finally
        {
            // Odd, it says that one is being written.
            if (Interlocked.Read(ref sights) % 2 != 0) Interlocked.Increment(ref sights);
            sightsChange = false;
            ChangedBuilds.Committed();
        }
        Interlocked.Increment(ref commits);
        flushes.Add(taken, writer.Changes != before);
    }

    /// <summary>What is damaged is not written into: more of it would be, and what can still be read would be lost.</summary>
    void Meet(Exception fault)
    {
        if (fault is SqliteException met && DatabaseFault.IsDamage(met)) damage ??= DatabaseFault.Sentence(met);
    }

    public Task Write(Action<IDbTransaction> act, CancellationToken ct = default) =>
        Write(transaction => { act(transaction); return true; }, ct);

    /// <summary>Reads what is committed as of one moment, however many questions it asks; never waits for a writer. What is hidden from who asks (<see cref="Sight"/>) is not there.</summary>
    public T Read<T>(Func<IDbConnection, T> query) =>
        Sight.Current is { } sight && Readers.HiddenFrom(sight).Count > 0 ? narrow.Read(sight, query) : ReadAll(query);

    T ReadAll<T>(Func<IDbConnection, T> query)
    {
        var reader = resting.TryDequeue(out var rested) ? rested : OpenReader();
        try
        {
            reader.Do("BEGIN");
            return query(reader);
        }
        catch (SqliteException fault)
        {
            Meet(fault);
            throw;
        }
        finally
        {
            reader.UndoIfOpen();
            if (resting.Count < MostAtRest) resting.Enqueue(reader);
            else reader.Dispose();
        }
    }

    KeptStatements OpenReader()
    {
        var reader = new SqliteConnection(readers);
        reader.Open();
        return new(reader) { Readers = Readers };
    }

    public void Dispose()
    {
        writer.Dispose();
        narrow.Dispose();
        wal.Dispose();
        while (resting.TryDequeue(out var reader)) reader.Dispose();
        gate.Dispose();
    }
}
