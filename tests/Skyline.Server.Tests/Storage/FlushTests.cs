using System.Data;
using Skyline.Server.Storage;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.Storage;

/// <summary>Whoever wrote is answered when it is on the disk. The disk here is one that waits, or breaks, when it is told to.</summary>
public sealed class FlushTests : IDisposable
{
    readonly TempFolder temp = new();
    readonly Database database;
    readonly SemaphoreSlim begun = new(0), goOn = new(0);
    int flushes;
    Exception? fault;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public FlushTests() => database = Database.Open(temp["database"], () =>
    {
        Interlocked.Increment(ref flushes);
        begun.Release();
        goOn.Wait(Ct);
        if (fault is not null) throw fault;
    });

    public void Dispose()
    {
        database.Dispose();
        temp.Dispose();
        begun.Dispose();
        goOn.Dispose();
    }

    [Fact]
    public async Task What_is_written_while_the_disk_flushes_is_committed_and_told_after_the_next_flush()
    {
        var first = Write("first");
        await begun.WaitAsync(Ct);
        var second = Write("second");
        await Committed(2);
        Assert.False(first.IsCompleted);

        goOn.Release();
        await first;
        await begun.WaitAsync(Ct);
        Assert.False(second.IsCompleted);

        goOn.Release();
        await second;
        Assert.Equal((2, 2), (flushes, Noted()));
    }

    [Fact]
    public async Task Those_that_are_written_during_one_flush_share_the_next()
    {
        var first = Write("first");
        await begun.WaitAsync(Ct);
        var others = Enumerable.Range(0, 20).Select(n => Write($"other-{n}")).ToList();
        await Committed(21);

        goOn.Release(2);
        await Task.WhenAll([first, .. others]);
        Assert.Equal(2, flushes);
    }

    [Fact]
    public async Task What_wrote_nothing_waits_for_the_disk_only_if_it_may_have_read_what_is_not_there_yet()
    {
        await database.Write(tx => tx.One<int>("SELECT count(*) FROM users"), Ct);
        Assert.Equal(0, flushes);

        var first = Write("first");
        await begun.WaitAsync(Ct);
        var read = database.Write(tx => tx.One<int>("SELECT count(*) FROM users"), Ct);
        goOn.Release(2);
        Assert.Equal(1, await read);
        Assert.True(first.IsCompleted);
    }

    [Fact]
    public async Task A_disk_that_cannot_be_flushed_is_told_to_whoever_wrote_and_the_next_write_tries_it_again()
    {
        fault = new IOException("The disk is gone.");
        goOn.Release();
        Assert.Equal("The disk is gone.", (await Assert.ThrowsAsync<IOException>(() => Write("first"))).Message);

        fault = null;
        goOn.Release();
        await Write("second");
    }

    [Fact]
    public async Task The_real_log_is_flushed_as_it_stands_beside_the_database()
    {
        using var real = Database.Open(temp["real"]);
        await real.Write(tx => Note(tx, "one"), Ct);
        Assert.True(new FileInfo(temp["real"] + "-wal").Length > 0);
        Assert.Equal(1, real.Read(db => db.One<int>("SELECT count(*) FROM users WHERE name = 'one'")));
    }

    Task Write(string name) => Task.Run(() => database.Write(tx => Note(tx, name), Ct), Ct);

    static void Note(IDbTransaction tx, string name) => tx.Execute("INSERT INTO users (name, created_at) VALUES (@name, 1)", new { name });

    int Noted() => database.Read(db => db.One<int>("SELECT count(*) FROM users"));

    /// <summary>Readers see what is committed, whether or not it is on the disk.</summary>
    async Task Committed(int count)
    {
        while (Noted() < count) await Task.Yield();
    }
}
