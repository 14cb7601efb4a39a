using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Externals;
using Skyline.Server.Locks;
using Skyline.Server.Storage;

namespace Skyline.Server.Schedules;

/// <summary>
/// Of a tag's packages, those whose buildroot would be another now than when they were last built there: some package of that build's
/// lock is gone, or another takes its place; or one has come that offers what the package asks for, or replaces what it was built with. It is told
/// from the lock, its BuildRequires and what the repositories hold, and nothing is resolved: what comes in only because another package needs it is not seen.
/// </summary>
public sealed class Affected(Database database, Blobs blobs, HeldNow held, PinnedLists lists, PinnedOffers offers)
{
    sealed record Last
    {
        public required string Package { get; init; }
        public required string SrpmSha256 { get; init; }
        public string? LockSha256 { get; init; }
        public required string Arch { get; init; }
        public long Run { get; init; }
        public long LeasedAt { get; init; }
    }

    sealed record Same(TagSource Source, IReadOnlyList<(Last Run, IReadOnlyList<LockedPackage> Lock)> Runs);

    /// <summary>The newest build of each package that says something, real or scheduled, and what each architecture's buildroot was.</summary>
    const string SelectLast = """
        SELECT b.package AS Package, b.srpm_sha256 AS SrpmSha256, r.lock_sha256 AS LockSha256, coalesce(r.host_arch, t.arch) AS Arch, r.id AS Run, coalesce(r.leased_at, r.created_at) AS LeasedAt
        FROM package_states s JOIN builds b ON b.id = s.last_build_id JOIN build_tasks t ON t.build_id = b.id AND t.kind = 'buildArch'
          JOIN task_runs r ON r.id = (SELECT max(n.id) FROM task_runs n WHERE n.task_id = t.id AND n.state IN ('Succeeded', 'Failed'))
        WHERE s.tag_id = @tag
        """;

    internal async Task<IReadOnlyList<TagSource>> Of(long tag, long buildTag, IReadOnlyList<TagSource> sources, CancellationToken ct)
    {
        var last = database.Read(db => db.All<Last>(SelectLast, new { tag })).ToLookup(row => row.Package);
        var (now, chosen, rest) = (new Dictionary<string, PlacedPackages>(), new HashSet<TagSource>(), new List<Same>());
        foreach (var source in sources)
        {
            ct.ThrowIfCancellationRequested();
            var runs = last[source.Package].Select(run => (Run: run, Lock: Lock(run.LockSha256))).ToList();
            if (runs.Count == 0 || runs.Any(run => run.Run.SrpmSha256 != source.Source.Sha256 || run.Lock.Count == 0 || Now(run.Run.Arch).WouldDiffer(run.Lock))) chosen.Add(source);
            else rest.Add(new(source, runs));
        }
        chosen.UnionWith(await Joined(buildTag, rest, ct));
        return [.. sources.Where(chosen.Contains)];

        PlacedPackages Now(string arch) => now.TryGetValue(arch, out var there) ? there : now[arch] = held.Of(buildTag, arch);
    }

    /// <summary>Of those that have all that they had, those that somebody new may join.</summary>
    async Task<IReadOnlyList<TagSource>> Joined(long buildTag, IReadOnlyList<Same> same, CancellationToken ct)
    {
        var asked = same.SelectMany(one => one.Source.BuildRequires.SelectMany(need => RichDependency.Of(need)?.Capabilities ?? []).Select(need => need.Name)
            .Concat(one.Runs.SelectMany(run => run.Lock).Select(package => Nevra.TryParse(package.Nevra, out var nevra) ? nevra.Name : null).OfType<string>())).ToHashSet(StringComparer.Ordinal);
        var (since, joined) = (new SinceRun(database, lists, offers, buildTag, asked), new List<TagSource>());
        foreach (var (source, runs) in same)
            foreach (var (run, packages) in runs)
            {
                if (!(await since.Of(run.Run, run.Arch, ct)).Any(some => some.MayComeTo(source.BuildRequires, packages, run.LeasedAt))) continue;
                joined.Add(source);
                break;
            }
        return joined;
    }

    /// <summary>Empty where no buildroot could be made: whether one can now is found by trying.</summary>
    IReadOnlyList<LockedPackage> Lock(string? sha256) => sha256 is null || !blobs.Has(sha256) ? [] : LockText.Read(File.ReadAllText(blobs.PathOf(sha256)));
}
