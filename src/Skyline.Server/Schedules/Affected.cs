using System.Data;
using Skyline.Protocol;
using Skyline.Server.Locks;
using Skyline.Server.Storage;

namespace Skyline.Server.Schedules;

/// <summary>
/// Of a tag's packages, those whose buildroot would be another now than when they were last built there: some package of that build's
/// lock is gone, or another takes its place. It is told from the lock and from what the repositories hold, and nothing is resolved: a
/// package that comes in only because it is new is not seen.
/// </summary>
public sealed class Affected(Database database, Blobs blobs, HeldNow held)
{
    sealed record Last
    {
        public required string Package { get; init; }
        public required string SrpmSha256 { get; init; }
        public string? LockSha256 { get; init; }
        public required string Arch { get; init; }
    }

    /// <summary>The newest build of each package that says something, real or scheduled, and what each architecture's buildroot was.</summary>
    const string SelectLast = """
        SELECT b.package AS Package, b.srpm_sha256 AS SrpmSha256, r.lock_sha256 AS LockSha256, coalesce(r.host_arch, t.arch) AS Arch
        FROM package_states s JOIN builds b ON b.id = s.last_build_id JOIN build_tasks t ON t.build_id = b.id AND t.kind = 'buildArch'
          JOIN task_runs r ON r.id = (SELECT max(n.id) FROM task_runs n WHERE n.task_id = t.id AND n.state IN ('Succeeded', 'Failed'))
        WHERE s.tag_id = @tag
        """;

    internal async Task<IReadOnlyList<TagSource>> Of(long tag, long buildTag, IReadOnlyList<TagSource> sources, CancellationToken ct)
    {
        var last = database.Read(db => db.All<Last>(SelectLast, new { tag })).ToLookup(row => row.Package);
        var (now, chosen) = (new Dictionary<string, PlacedPackages>(), new List<TagSource>());
        foreach (var source in sources)
        {
            ct.ThrowIfCancellationRequested();
            var runs = last[source.Package].ToList();
            if (runs.Count == 0 || runs.Any(run => run.SrpmSha256 != source.Source.Sha256)) chosen.Add(source);
            else
                foreach (var run in runs)
                {
                    if (!now.TryGetValue(run.Arch, out var there)) now[run.Arch] = there = held.Of(buildTag, run.Arch);
                    if (Lock(run.LockSha256) is { Count: > 0 } packages && !there.WouldDiffer(packages)) continue;
                    chosen.Add(source);
                    break;
                }
        }
        return chosen;
    }

    /// <summary>Empty where no buildroot could be made: whether one can now is found by trying.</summary>
    IReadOnlyList<LockedPackage> Lock(string? sha256) => sha256 is null || !blobs.Has(sha256) ? [] : LockText.Read(File.ReadAllText(blobs.PathOf(sha256)));
}
