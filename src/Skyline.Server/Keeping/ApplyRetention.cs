using Skyline.Protocol;
using Skyline.Server.Hooks;
using Skyline.Server.Locks;
using Skyline.Server.Signing;
using Skyline.Server.Sources;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <summary>
/// Removes what no rule keeps: snapshots first, then what only they held. Every step is a small transaction that asks again whether
/// its rows are still nobody's, so that builds and imports go on beside it, and a stop anywhere leaves less to do for the next time.
/// </summary>
public sealed class ApplyRetention(Database database, DestroySecrets destroy, SkylineSettings settings, KeepingReports reports, TimeProvider time, ILogger<ApplyRetention> log)
{
    /// <summary>Each has some dozens of rows.</summary>
    const int SnapshotsAtOnce = 20;

    public Task<RetentionReport> Run(bool dryRun, CancellationToken ct) => dryRun
        ? Do(dryRun: true, ct)
        : reports.Note(KeepingWork.Retention, "", () => Do(dryRun: false, ct), report => (RetentionPlan.Summary(report), null), SkylineJson.Default.RetentionSummary, ct);

    async Task<RetentionReport> Do(bool dryRun, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var plans = database.Read(db => RetentionPlan.OfAll(db, now));
        var going = plans.SelectMany(plan => plan.Going).Select(snapshot => snapshot.Id).ToList();
        if (!dryRun)
        {
            foreach (var some in going.Chunk(SnapshotsAtOnce)) await RemoveSnapshots(some, ct);
            await UnnamedRows.RemoveMetadata(database, ct);
            await UnnamedFrames.Remove(database, ct);
            await UnnamedRows.RemoveIntervals(database, ct);
            await destroy.Run(ct);
        }
        var old = new RetiredPackages(database, settings, now, dryRun ? going : []);
        var report = dryRun
            ? new RetentionReport(true, [.. plans.Select(plan => plan.OnTheWire())], old.Builds(), old.Uploads().Count, old.SignedCopies().Count)
            : new(false, [.. plans.Select(plan => plan.OnTheWire())], await old.RemoveBuilds(ct), await old.RemoveUploads(ct), await old.RemoveSignedCopies(ct));
        if (!dryRun) await LetSourcesGo.Run(database, settings, now, ct);
        if (!dryRun) await database.Write(tx => HookSecrets.Forget(tx, now.ToUnixTimeMilliseconds()), ct);
        if (!dryRun) await WantedLocks.RemoveOthers(database, settings.KeepLocks, ct);
        if (!dryRun)
            log.LogInformation("Retention removed {Snapshots} snapshots, the packages of {Builds} builds, the uploads of {Uploads} runs and {Copies} signed copies",
                going.Count, report.Builds.Count, report.Uploads, report.SignedCopies);
        return report;
    }

    /// <summary>The newest of a tag is none of them, whatever was published meanwhile.</summary>
    Task RemoveSnapshots(IReadOnlyList<long> some, CancellationToken ct) => database.Write(tx =>
    {
        var older = tx.All<long>("SELECT s.id FROM snapshots s WHERE s.id IN @some AND s.id < (SELECT max(n.id) FROM snapshots n WHERE n.tag_id = s.tag_id)", new { some });
        tx.Execute("DELETE FROM snapshot_files WHERE snapshot_id IN @older", new { older });
        tx.Execute("DELETE FROM snapshots WHERE id IN @older", new { older });
    }, ct);
}
