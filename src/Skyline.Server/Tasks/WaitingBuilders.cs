using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>
/// The builders whose questions for work are open. A round looks at all of them at once, and at what waits (<see cref="Round"/>): whenever
/// one is asked and whenever there is more work. Those that come while one waits for the disk share the next.
/// </summary>
public sealed class WaitingBuilders(Database database, Blobs blobs, TimeProvider time, ClaimRuns claims, Bells bells, ILogger<WaitingBuilders> log) : BackgroundService
{
    readonly Lock entering = new();
    readonly Dictionary<long, Question> open = [];
    int wanted;

    public int Count
    {
        get
        {
            lock (entering) return open.Count;
        }
    }

    internal Question Enter(long builder, string? name, CancellationToken gone)
    {
        var question = new Question(builder, name, gone);
        lock (entering) open.Add(question.Since, question);
        Look();
        return question;
    }

    /// <returns>What it has been given by now.</returns>
    internal Task<ClaimedRun?> Leave(Question question)
    {
        lock (entering) open.Remove(question.Since);
        return question.Leave();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var bell = bells.Next(Bells.Work);
            if (Count > 0) Look();
            await bell.WaitAsync(stoppingToken);
        }
    }

    /// <summary>Has a round begin with the next commit, unless one is to begin with it already: that will look at all that there is by then.</summary>
    void Look()
    {
        if (Interlocked.Exchange(ref wanted, 1) == 0) _ = OneRound();
    }

    async Task OneRound()
    {
        IReadOnlyList<Question> asked = [];
        try
        {
            var given = await database.Write(tx =>
            {
                Volatile.Write(ref wanted, 0);
                lock (entering) asked = [.. open.Values];
                return MayBegin(tx) ? claims.Claim(tx, asked) : [];
            });
            Tell(asked, given);
            if (given.Count == ClaimRuns.MostAtOnce) Look();
        }
        catch (Exception fault)
        {
            // Nothing was claimed: who was to be given something is told, and asks again.
            Volatile.Write(ref wanted, 0);
            claims.Forget();
            foreach (var question in asked) question.Fail(fault);
            log.LogError(fault, "Work could not be given out");
        }
    }

    /// <summary>Whether there is room for what new runs would bring. Whoever waits is told by the row.</summary>
    bool MayBegin(IDbTransaction tx)
    {
        var may = blobs.TakesNew();
        if (may) tx.Execute("DELETE FROM stopped WHERE what = 'disk'");
        else tx.Execute("INSERT INTO stopped (what, since) VALUES ('disk', @now) ON CONFLICT DO NOTHING", new { now = time.Stamp() });
        return may;
    }

    void Tell(IReadOnlyList<Question> asked, IReadOnlyList<(Question Question, ClaimedRun? Run, Exception? Fault)> given)
    {
        foreach (var (question, run, fault) in given)
            if (run is not null) question.Give(run);
            else question.Fail(fault!);
        foreach (var question in asked) question.Look();
        foreach (var build in given.Where(one => one.Run is not null).Select(one => one.Run!.BuildId).Distinct()) bells.Ring(Bells.Build(build));
        if (given.Count > 0) bells.Ring(Bells.Happenings);
    }
}
