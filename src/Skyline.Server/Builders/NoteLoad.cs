using Quartz;
using Skyline.Server.Storage;

namespace Skyline.Server.Builders;

/// <summary>Notes every ten minutes how busy builders were, in one write for all of them: what they ask and report costs nothing more for it. Fires by the clock; twice is harmless.</summary>
[DisallowConcurrentExecution]
public sealed class NoteLoad(Database database, TimeProvider time) : IJob
{
    public const string Cron = "15 0/10 * * * ?";

    /// <summary>In milliseconds: what a row is of, and how long it is kept.</summary>
    internal const long Span = 600_000, Kept = 7 * 86_400_000L;

    /// <summary>Of one builder's runs, the last that are looked at: more do not end within ten minutes.</summary>
    const int MostRuns = 500;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await Note(cancellationToken);

    public Task Note(CancellationToken ct) => database.Write(tx =>
    {
        var now = time.Stamp();
        tx.Execute("""
            INSERT INTO builder_load (builder_id, at, running, slots)
            SELECT b.id, @now, coalesce((
                SELECT sum(min(coalesce(r.ended_at, @now), @now) - max(r.leased_at, @since)) FROM (SELECT leased_at, ended_at FROM task_runs WHERE builder_id = b.id ORDER BY id DESC LIMIT @MostRuns) r
                WHERE r.leased_at < @now AND coalesce(r.ended_at, @now) > @since), 0) * 1.0 / @Span, b.slots
            FROM builders b WHERE b.last_seen_at > @since AND b.removed_at IS NULL
            ON CONFLICT DO NOTHING
            """, new { now, since = now - Span, MostRuns, Span });
        tx.Execute("DELETE FROM builder_load WHERE at < @old", new { old = now - Kept });
    }, ct);
}
