using Quartz;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>Ends runs whose builders went silent as lost, and lets the judge give the task to another. Fires by the clock; twice is harmless.</summary>
[DisallowConcurrentExecution]
public sealed class ExpireLeases(Database database, EndTask endTask, RunLog logs, TimeProvider time) : IJob
{
    sealed record Expired
    {
        public long Id { get; init; }
        public long TaskId { get; init; }
        public long BuildId { get; init; }
    }

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await Expire(cancellationToken);

    public async Task Expire(CancellationToken ct)
    {
        var now = time.Stamp();
        if (!database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM task_runs WHERE state = 'Running' AND leased_until < @now)", new { now }))) return;
        var expired = await database.Write(tx =>
        {
            var runs = tx.All<Expired>("""
                UPDATE task_runs SET state = 'Lost', ended_at = @now, why = 'its builder went silent in phase ' || lower(phase) || '; the lease ran out.'
                WHERE state = 'Running' AND leased_until < @now
                RETURNING id AS Id, task_id AS TaskId, (SELECT build_id FROM build_tasks t WHERE t.id = task_id) AS BuildId
                """, new { now });
            foreach (var run in runs) endTask.Weigh(tx, run.TaskId);
            return runs;
        }, ct);
        foreach (var run in expired)
        {
            logs.Close(run.Id);
            endTask.Announce(run.BuildId);
        }
    }

    /// <summary>While the server was down nobody could renew: every open lease starts anew.</summary>
    public static Task Forgive(Database database, SkylineSettings settings, TimeProvider time) => database.Write(tx =>
        tx.Execute("UPDATE task_runs SET leased_until = @until WHERE state = 'Running'", new { until = time.Stamp() + (settings.LeaseSeconds * 1000L) }));
}
