using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Skyline.Server.Privacy;

namespace Skyline.Server.Storage;

/// <summary>
/// One writer at a time behind a gate, so that writers queue fairly instead of spinning on a busy file, and readers beside it. Everything that
/// changes together changes in one <see cref="Write"/>. What the tables are kept in is an <see cref="Engine"/>'s.
/// </summary>
public sealed class Database : IDisposable
{
    /// <summary>So that the first of them does not wait for a crowd.</summary>
    const int MostTogether = 64;

    readonly SemaphoreSlim gate = new(1, 1);
    readonly ConcurrentQueue<PendingWrite> waiting = new();
    readonly RestingReaders<KeptStatements> readers;
    readonly NarrowReaders narrow;
    readonly Engine engine;
    readonly TimeProvider time;

    internal Known Known { get; }

    internal Readers Readers { get; }

    internal ChangedBuilds ChangedBuilds => Known.Builds;

    /// <summary>As long as it is the same, nothing has been written.</summary>
    public long Commits => Known.Commits;

    /// <summary>What SQLite said when it met damage while the server ran; null: it met none. Since then nothing is written.</summary>
    public string? Damage => engine.Damage;

    /// <summary>How much it takes on a disk.</summary>
    internal long Bytes => engine.Bytes;

    /// <summary>Whether it is a PostgreSQL, which other servers may share; its soundness is its own business, and what it keeps is not in the data folder.</summary>
    internal bool IsShared => engine is Postgresql.SharedDatabase;

    Database(Engine engine, Known known, TimeProvider time)
    {
        (this.engine, Known, this.time) = (engine, known, time);
        Readers = new(() => known.Sights, ReadAll);
        readers = new(OpenReader, reader => reader);
        narrow = new(OpenReader, engine, Readers);
    }

    /// <param name="time">When changes are noted; null: the system's.</param>
    public static Database Open(string file, TimeProvider? time = null) => Open(file, flush: null, time);

    /// <summary>For a command on the host: wherever the settings say that the tables are.</summary>
    internal static Database Open(SkylineSettings settings) =>
        settings.Database.Length > 0 ? OpenShared(settings.Database, TimeProvider.System) : Open(Path.Combine(settings.Data, "skyline.db"));

    /// <summary>For the server of a data folder: it may take the tables over from an earlier version.</summary>
    internal static Database OpenOwn(SkylineSettings settings, FolderLock held, TimeProvider time) =>
        settings.Database.Length > 0 ? OpenShared(settings.Database, time) : OpenOwn(Path.Combine(settings.Data, "skyline.db"), held, settings.CopyBeforeUpgrade, time);

    /// <param name="copy">Whether the database is copied before (<see cref="CopyBeforeUpgrade"/>).</param>
    internal static Database OpenOwn(string file, FolderLock held, bool copy, TimeProvider time) => Open(file, null, time, held, copy);

    /// <param name="flush">For tests: in place of the disk.</param>
    internal static Database Open(string file, Action? flush, TimeProvider? time = null, FolderLock? held = null, bool copy = true)
    {
        var known = new Known();
        return new(SqliteFile.Open(file, flush, time ?? TimeProvider.System, held, copy, known), known, time ?? TimeProvider.System);
    }

    /// <param name="connection">As Npgsql has it: `Host=…;Username=…`.</param>
    internal static Database OpenShared(string connection, TimeProvider time)
    {
        var known = new Known();
        return new(Postgresql.SharedDatabase.Open(connection, known), known, time);
    }

    /// <summary>What is rung here is heard by every server of the same database, and what is rung there is heard here.</summary>
    internal void Connect(Bells bells) => engine.Connect(bells);

    /// <summary>
    /// Runs <paramref name="act"/> in a transaction that nobody else writes beside; an exception undoes it, and only it. Those that
    /// wait are taken along in one commit: many at once cost one flush of the disk. Whoever awaits this is told after the commit.
    /// </summary>
    public async Task<T> Write<T>(Func<IDbTransaction, T> act, CancellationToken ct = default)
    {
        if (engine.Damage is { } found) throw engine.Damaged(found);
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
                engine.Flush();
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
        var taken = new List<PendingWrite>();
        List<(Action Show, Action Undo)> shown = [];
        var writer = engine.BeginWrite();
        writer.Readers ??= Readers;
        var before = writer.Changes;
        try
        {
            using var transaction = new KeptTransaction(writer);
            TakeAlong(transaction, taken);
            engine.Committing(writer, writer.Changes != before);
            Known.Committing();
            shown = transaction.Shown;
            foreach (var one in shown) one.Show();
            transaction.Commit();
        }
        catch (Exception e)
        {
            engine.Meet(e);
            Undo(writer);
            foreach (var one in shown) one.Undo();
            foreach (var write in taken) write.Fail(e);
            return;
        }
        finally
        {
            Known.Ended();
        }
        Known.Committed();
        engine.Committed(taken, writer.Changes != before);
    }

    void TakeAlong(KeptTransaction transaction, List<PendingWrite> taken)
    {
        while (taken.Count < MostTogether && waiting.TryDequeue(out var next))
        {
            if (!next.Take()) continue;
            taken.Add(next);
            next.Run(transaction, time);
            if (next.Fault is { } met && engine.IsDamage(met)) throw met;
        }
    }

    /// <summary>Where the connection was lost, there is nothing to undo.</summary>
    void Undo(KeptStatements writer)
    {
        try
        {
            writer.UndoIfOpen();
        }
        catch (DbException fault) when (engine.IsAway(fault))
        {
        }
    }

    public Task Write(Action<IDbTransaction> act, CancellationToken ct = default) =>
        Write(transaction => { act(transaction); return true; }, ct);

    /// <summary>Reads what is committed as of one moment, however many questions it asks; never waits for a writer. What is hidden from who asks (<see cref="Sight"/>) is not there.</summary>
    public T Read<T>(Func<IDbConnection, T> query) =>
        Sight.Current is { } sight && Readers.HiddenFrom(sight).Count > 0 ? narrow.Read(sight, query) : ReadAll(query);

    T ReadAll<T>(Func<IDbConnection, T> query)
    {
        var reader = readers.Take(engine.BeginRead, engine.IsAway);
        try
        {
            return query(reader);
        }
        catch (DbException fault)
        {
            engine.Meet(fault);
            throw;
        }
        finally
        {
            readers.Return(reader);
        }
    }

    KeptStatements OpenReader()
    {
        var reader = engine.OpenReader();
        reader.Readers = Readers;
        return reader;
    }

    public void Dispose()
    {
        engine.Dispose();
        narrow.Dispose();
        readers.Dispose();
        gate.Dispose();
    }
}
