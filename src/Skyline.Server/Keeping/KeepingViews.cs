using Skyline.Protocol;
using Skyline.Server.Externals;
using Skyline.Server.Privacy;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <summary>How it stands with what is kept, as the API and the pages show it. It costs a look at each snapshot, none at packages.</summary>
public sealed class KeepingViews(Database database, Blobs blobs, PackageCache externals, KeepingReports reports, KeepingTurns turns, SkylineSettings settings, TimeProvider time)
{
    public KeepingState State()
    {
        // What was done for a tag is told who may read that.
        var hidden = HiddenNames();
        var all = reports.All().Where(one => one.Work is not (nameof(KeepingWork.Check) or nameof(KeepingWork.Export)) || !hidden.Contains(one.Subject.Split('/')[^1])).ToList();
        var removed = all.FirstOrDefault(one => one.Work == nameof(KeepingWork.Retention));
        var collected = all.FirstOrDefault(one => one.Work == nameof(KeepingWork.Collection));
        return new(turns.Now, KeepTidy.At, Store(all), database.Read(db => RetentionPlan.OfAll(db, time.GetUtcNow())).Select(plan => plan.Shortly()).ToList(),
            removed is null ? null : new(removed.Last, removed.As(SkylineJson.Default.RetentionSummary)),
            collected is null ? null : new(collected.Last, collected.As(SkylineJson.Default.CollectedGarbage)),
            [.. all.Where(one => one.Work == nameof(KeepingWork.Check)).Select(one => new CheckRun(one.Subject.Length == 0 ? null : one.Subject, one.Last, one.As(SkylineJson.Default.CheckSummary)))],
            Exports(all).Where(one => !hidden.Contains(one.Tag)).ToList());
    }

    HashSet<string> HiddenNames()
    {
        const string names = "SELECT name FROM tags";
        return [.. Sight.Everything(() => database.Read(db => db.All<string>(names))).Except(database.Read(db => db.All<string>(names)))];
    }

    /// <summary>What retention says of a tag's snapshots, as of now; null: there is no such tag.</summary>
    internal RetentionPlan? Of(string tag) => database.Read(db => RetentionPlan.Of(db, tag, time.GetUtcNow()));

    StoreSize Store(IReadOnlyList<KeptReport> all)
    {
        var counted = all.Where(one => one.Work is nameof(KeepingWork.Collection) or nameof(KeepingWork.Count)).MaxBy(one => one.EndedAt ?? 0);
        var count = counted?.As(SkylineJson.Default.CollectedGarbage);
        return new(count?.Kept, count?.KeptBytes, counted?.EndedAt.ToTime(), database.Bytes, externals.Bytes(), blobs.RoomLeft(), database.Read(LockedBytes));
    }

    static long LockedBytes(System.Data.IDbConnection db) => db.One<long?>("""
        SELECT sum(p.size) FROM locked_packages p WHERE p.blob_sha256 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM external_cache c WHERE c.sha256 = p.blob_sha256)
        """) ?? 0;

    /// <summary>The trees that there are, and those that the settings ask for. One that was made by hand and then removed is passed over.</summary>
    List<ExportRun> Exports(IReadOnlyList<KeptReport> all)
    {
        var newest = database.Read(db => db.All<(string Tag, long Id)>("SELECT t.name, max(s.id) FROM tags t JOIN snapshots s ON s.tag_id = t.id WHERE t.removed_at IS NULL GROUP BY t.id")).ToDictionary(tag => tag.Tag, tag => tag.Id);
        var made = all.Where(one => one.Work == nameof(KeepingWork.Export)).ToDictionary(one => one.Subject);
        return [.. made.Keys.Where(path => Directory.Exists(Path.Combine(settings.ExportFolder, path))).Union(settings.ExportTags).Order(StringComparer.Ordinal).Select(path =>
        {
            var (tag, scheduled, one) = (path.Split('/')[^1], settings.ExportTags.Contains(path), made.GetValueOrDefault(path));
            return new ExportRun(path, tag, scheduled, one?.SnapshotId is { } id && id == newest.GetValueOrDefault(tag), scheduled ? WhyNot(tag, newest) : null, one?.Last, one?.As(SkylineJson.Default.ExportSummary));
        })];
    }

    string? WhyNot(string scheduled, Dictionary<string, long> tags) =>
        settings.ExportFolder.Length == 0 ? ExportFolder.Off
        : tags.ContainsKey(scheduled) ? null
        : $"Skyline:ExportTags names '{scheduled}', and there is no such tag.";
}
