using System.Data;
using Skyline.Server.Storage;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.Storage;

/// <summary>Writes that wait for one another go to the disk in one commit, and yet succeed and fail each by itself.</summary>
public sealed class TogetherTests : IDisposable
{
    readonly TempFolder temp = new();
    readonly Database database;
    readonly ManualResetEventSlim inside = new(), goOn = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public TogetherTests() => database = Database.Open(temp["database"]);

    public void Dispose()
    {
        database.Dispose();
        temp.Dispose();
        inside.Dispose();
        goOn.Dispose();
    }

    [Fact]
    public async Task Those_that_wait_while_one_writes_share_a_commit()
    {
        var first = Held();
        var seen = Enumerable.Range(0, 10).Select(i => database.Write(tx => { Note(tx, $"w{i}"); return tx; }, Ct)).ToList();
        goOn.Set();
        await first;

        Assert.Single((await Task.WhenAll(seen)).Distinct());
        Assert.Equal(10, Noted("w%"));
    }

    [Fact]
    public async Task One_that_fails_is_undone_alone()
    {
        var first = Held();
        var good = database.Write(tx => Note(tx, "good"), Ct);
        var bad = database.Write(tx => { Note(tx, "bad"); throw new InvalidOperationException("Not this one."); }, Ct);
        var later = database.Write(tx => Note(tx, "later"), Ct);
        goOn.Set();
        await Task.WhenAll(first, good, later);

        Assert.Equal("Not this one.", (await Assert.ThrowsAsync<InvalidOperationException>(() => bad)).Message);
        Assert.Equal((1, 0, 1), (Noted("good"), Noted("bad"), Noted("later")));
    }

    [Fact]
    public async Task One_that_is_given_up_while_it_waits_is_never_run()
    {
        using var patience = new CancellationTokenSource();
        var first = Held();
        var impatient = database.Write(tx => Note(tx, "impatient"), patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        goOn.Set();
        await first;
        await database.Write(tx => Note(tx, "after"), Ct);

        Assert.Equal((0, 1), (Noted("impatient"), Noted("after")));
    }

    [Fact]
    public async Task More_than_one_commit_takes_are_all_written()
    {
        var first = Held();
        var many = Enumerable.Range(0, 1000).Select(i => database.Write(tx => Note(tx, $"m{i}"), Ct)).ToList();
        goOn.Set();
        await Task.WhenAll([first, .. many]);

        Assert.Equal(1000, Noted("m%"));
    }

    [Fact]
    public async Task A_failure_that_undoes_the_whole_commit_is_told_to_all_that_it_took_along()
    {
        var first = Held();
        var beside = database.Write(tx => Note(tx, "beside"), Ct);
        // As SQLite itself does on a full disk: the transaction is gone, and with it what it may go back to.
        var full = database.Write(tx => { tx.Execute("ROLLBACK"); throw new IOException("Full."); }, Ct);
        goOn.Set();

        await Assert.ThrowsAsync<IOException>(() => first);
        Assert.Equal("Full.", (await Assert.ThrowsAsync<IOException>(() => full)).Message);
        await Assert.ThrowsAsync<IOException>(() => beside);
        Assert.Equal(0, Noted("beside"));
        await database.Write(tx => Note(tx, "after"), Ct);
        Assert.Equal(1, Noted("after"));
    }

    /// <summary>A write that stays inside until it may go on; others wait for it.</summary>
    Task Held()
    {
        var held = Task.Run(() => database.Write(tx =>
        {
            inside.Set();
            goOn.Wait(Ct);
        }, Ct), Ct);
        inside.Wait(Ct);
        return held;
    }

    static void Note(IDbTransaction tx, string name) => tx.Execute("INSERT INTO users (name, created_at) VALUES (@name, 1)", new { name });

    int Noted(string like) => database.Read(db => db.One<int>("SELECT count(*) FROM users WHERE name LIKE @like", new { like }));
}
