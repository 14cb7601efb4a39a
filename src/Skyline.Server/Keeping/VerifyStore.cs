using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Keeping;

/// <summary>
/// Digests everything anew and holds all that refers to something against what it refers to. Nothing is changed, and nothing is taken
/// from memory: what counts is what is on the disk. Builds, imports and publishing go on meanwhile; what comes meanwhile may or may not be seen.
/// </summary>
public sealed class VerifyStore(Database database, Blobs blobs, KeepingReports reports, TimeProvider time)
{
    /// <param name="tag">This one alone, and the packages that its snapshots hold; null: everything.</param>
    public Task Run(Tag? tag, Func<VerifyLine, Task> tell, CancellationToken ct) =>
        reports.Note(KeepingWork.Check, tag?.Name ?? "", () => Check(tag, tell, ct), found => (found, null), SkylineJson.Default.CheckSummary, ct);

    async Task<CheckSummary> Check(Tag? tag, Func<VerifyLine, Task> tell, CancellationToken ct)
    {
        var report = new VerifyReport(tell, time);
        var verify = new VerifyBlobs(database, blobs, report);
        if (tag is null)
        {
            await CheckDatabase(report);
            await verify.All(ct);
            await verify.Missing(ct);
        }
        else
        {
            await verify.OfTag(tag.Id, ct);
        }
        await new VerifyMetadata(database, report).All(tag, ct);
        foreach (var one in tag is null ? database.Read(Tag.All) : [tag])
            await new VerifySnapshots(database, report, one, time.GetUtcNow()).All(ct);
        return await report.End();
    }

    /// <summary>SQLite's own checks: pages and indexes, and references of rows to rows. (PostgreSQL checks its pages as it reads them, and a reference whenever it is written.)</summary>
    async Task CheckDatabase(VerifyReport report)
    {
        if (database.IsShared) return;
        foreach (var said in database.Read(db => db.All<string>("PRAGMA quick_check(20)")).Where(said => said != "ok"))
            await report.Find($"The database is damaged: {said}. Restore a backup.");
        foreach (var dangling in database.Read(db => db.All<string>("SELECT DISTINCT \"table\" || ' → ' || parent FROM pragma_foreign_key_check")))
            await report.Find($"The database has rows that refer to others which are missing: {dangling}.");
    }
}
