using Quartz;
using Skyline.Server.Builds;
using Skyline.Server.Storage;
using Skyline.Server.Told;

namespace Skyline.Server.Tasks;

/// <summary>Ends runs whose builders went silent as lost, and lets the judge give the task to another. Fires by the clock; twice is harmless.</summary>
[DisallowConcurrentExecution]
public sealed class ExpireLeases(Database database, EndTask endTask, RunLog logs, UnfinishedFiles unfinished, TimeProvider time) : IJob
{
    sealed record Expired
    {
        public long Id { get; init; }
        public long TaskId { get; init; }
    }

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        await Expire(cancellationToken);
        await SweepFiles(cancellationToken);
    }

    /// <summary>What came of the results of runs that are over, however they ended, is nobody's.</summary>
    public Task SweepFiles(CancellationToken ct) =>
        unfinished.Sweep(run => database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM task_runs WHERE id = @run AND state = 'Running')", new { run })), ct);

    public async Task Expire(CancellationToken ct)
    {
        await SkipChecks(ct);
        var now = time.Stamp();
        if (!database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM task_runs WHERE state = 'Running' AND leased_until < @now)", new { now }))) return;
        var (expired, weighed) = await database.Write(tx =>
        {
            var runs = tx.All<Expired>("""
                UPDATE task_runs SET state = 'Lost', ended_at = @now, why = 'its builder went silent in phase ' || lower(phase) || '; the lease ran out.'
                WHERE state = 'Running' AND leased_until < @now
                RETURNING id AS Id, task_id AS TaskId
                """, new { now });
            foreach (var run in runs) Happening.Put(tx, "builder.lost", run.Id, now);
            return (runs, runs.Select(run => endTask.Weigh(tx, run.TaskId)).ToList());
        }, ct);
        foreach (var run in expired) logs.Close(run.Id);
        foreach (var one in weighed) endTask.Announce(one);
    }

    /// <summary>A check on a second architecture is worth no wait for builders that have gone.</summary>
    async Task SkipChecks(CancellationToken ct)
    {
        var since = time.Stamp() - (long)WhyWaiting.Away.TotalMilliseconds;
        if (database.Read(db => CheckNoarch.Hopeless(db, since)) is not { Count: > 0 }) return;
        var builds = await database.Write(tx => CheckNoarch.Hopeless(tx.Connection!, since).Select(task =>
        {
            CheckNoarch.Skip(tx, task, "its builders have gone.");
            return endTask.Weigh(tx, task);
        }).ToList(), ct);
        foreach (var build in builds) endTask.Announce(build);
    }

    /// <summary>While the server was down nobody could renew: every open lease starts anew.</summary>
    public static Task Forgive(Database database, SkylineSettings settings, TimeProvider time) => database.Write(tx =>
        tx.Execute("UPDATE task_runs SET leased_until = @until WHERE state = 'Running'", new { until = time.Stamp() + (settings.LeaseSeconds * 1000L) }));
}
