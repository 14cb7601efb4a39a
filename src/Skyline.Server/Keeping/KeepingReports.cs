using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Data.Common;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

enum KeepingWork { Retention, Collection, Count, Check, Export, Backup }

/// <summary>What became of the last try of some work, and the report of the last that came to its end.</summary>
sealed record KeptReport(string Work, string Subject, string? Report, long? EndedAt, long TriedAt, string? Why, long? SnapshotId)
{
    public LastTry Last => new(EndedAt.ToTime(), TriedAt.ToTime(), Why);

    public T? As<T>(JsonTypeInfo<T> type) where T : class => Report is null ? null : JsonSerializer.Deserialize(Report, type);
}

/// <summary>Notes how the work of keeping went, so that whoever looks in the morning sees it. A note that cannot be written, say on a full disk, holds up no work.</summary>
public sealed class KeepingReports(Database database, Bells bells, TimeProvider time, ILogger<KeepingReports> log)
{
    const string Begun = "It was begun then and has not come to its end: it is under way, or was stopped.";

    internal IReadOnlyList<KeptReport> All() => database.Read(db => db.All<KeptReport>("""
        SELECT work AS Work, subject AS Subject, report AS Report, ended_at AS EndedAt, tried_at AS TriedAt, why AS Why, snapshot_id AS SnapshotId FROM keeping_reports ORDER BY work, subject
        """));

    /// <param name="subject">The tag or the tree that it is done for; empty: everything.</param>
    /// <param name="told">What is told of it afterwards; a refusal: why it came to nothing.</param>
    internal async Task<T> Note<T, TTold>(KeepingWork work, string subject, Func<Task<T>> act, Func<T, (TTold? Report, string? Why)> told, JsonTypeInfo<TTold> type, CancellationToken ct, long? snapshot = null) where TTold : class
    {
        await Write(work, subject, null, Begun, null, ct);
        try
        {
            var result = await act();
            var (report, why) = told(result);
            await Write(work, subject, report is null ? null : JsonSerializer.Serialize(report, type), why, report is null ? null : snapshot, CancellationToken.None);
            return result;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            await Write(work, subject, null, fault.Message, null, CancellationToken.None);
            throw;
        }
    }

    async Task Write(KeepingWork work, string subject, string? report, string? why, long? snapshot, CancellationToken ct)
    {
        try
        {
            var now = time.Stamp();
            await database.Write(tx =>
            {
                // (By the clock it is no change of anybody's.)
                if (why == Begun && Actor.Current is not null) tx.Note($"{work.ToString().ToLowerInvariant()} begun by hand", subject.Length > 0 ? subject : "all that is kept");
                tx.Execute("""
                INSERT INTO keeping_reports (work, subject, report, ended_at, tried_at, why, snapshot_id) VALUES (@work, @subject, @report, @ended, @now, @why, @snapshot)
                ON CONFLICT (work, subject) DO UPDATE SET report = coalesce(@report, keeping_reports.report), ended_at = coalesce(@ended, keeping_reports.ended_at), snapshot_id = coalesce(@snapshot, keeping_reports.snapshot_id), tried_at = @now, why = @why
                """, new { work = work.ToString(), subject, report, ended = report is null ? (long?)null : now, now, why, snapshot });
            }, ct);
            bells.Ring(Bells.Keeping);
        }
        catch (DbException full)
        {
            log.LogWarning("What became of {Work} could not be noted: {Fault}", work, full.Message);
        }
    }
}
