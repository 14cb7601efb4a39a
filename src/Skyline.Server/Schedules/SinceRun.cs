using Skyline.Rpm;
using Skyline.Server.Externals;
using Skyline.Server.Storage;

namespace Skyline.Server.Schedules;

/// <summary>
/// Reads what has come since a run was given its buildroot: into the build tag, by its snapshots; into the external repositories, by the states that the run was
/// made of and that are pinned now. Where a state of then is not kept any more, by when packages came into the repository, as it says itself.
/// </summary>
/// <param name="asked">Names of capabilities that anybody is built with, and of packages that any buildroot had.</param>
sealed class SinceRun(Database database, PinnedLists lists, PinnedOffers offers, long tag, IReadOnlyCollection<string> asked)
{
    readonly Dictionary<string, IReadOnlyList<PinnedList>> now = [];
    readonly Dictionary<string, Newcomers> own = [];
    readonly Dictionary<(string Now, string? Then), Newcomers?> came = [];

    sealed record StateRow
    {
        public required string Name { get; init; }
        public long? StateId { get; init; }
    }

    /// <returns>By repository; what came before the run is for whoever looks to pass over.</returns>
    public async Task<IReadOnlyList<Newcomers>> Of(long run, string arch, CancellationToken ct)
    {
        if (!own.TryGetValue(arch, out var placed)) own[arch] = placed = Own(arch);
        if (!now.TryGetValue(arch, out var pinned)) now[arch] = pinned = lists.Of(tag, [arch]);
        var then = database.Read(db => db.All<StateRow>("""
            SELECT x.name AS Name, (SELECT s.id FROM externals e JOIN external_states s ON s.external_id = e.id AND s.arch = x.arch AND s.hash = x.hash WHERE e.name = x.name) AS StateId
            FROM run_externals x WHERE x.run_id = @run
            """, new { run })).ToDictionary(row => row.Name);
        var all = new List<Newcomers> { placed };
        foreach (var list in pinned)
            if (list.Primary is not null && await Came(list, list.Primary, then.GetValueOrDefault(list.Name)?.StateId, ct) is { } some) all.Add(some);
        return all;
    }

    async Task<Newcomers?> Came(PinnedList list, string primary, long? state, CancellationToken ct)
    {
        var before = state is null ? null : lists.OfState(list, state.Value).Primary;
        if (before == primary) return null;
        if (came.TryGetValue((primary, before), out var known)) return known;
        try
        {
            var there = before is null ? null : (await offers.Of(before, asked, ct)).Select(package => package.Nevra).ToHashSet();
            var all = new Newcomers();
            foreach (var package in await offers.Of(primary, asked, ct))
                if (there?.Contains(package.Nevra) != true) all.Add(new(package.Name, there is null ? package.PlacedAt * 1000 : long.MaxValue, package.Offers, package.Obsoletes));
            return came[(primary, before)] = all;
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            // What cannot be read cannot be built with either; that says so.
            return came[(primary, before)] = null;
        }
    }

    sealed record OwnRow
    {
        public required string Name { get; init; }
        public long At { get; init; }
        public required byte[] Offers { get; init; }
        public required byte[] Asks { get; init; }
    }

    /// <summary>What a snapshot only signed anew has been there before.</summary>
    Newcomers Own(string arch)
    {
        var (all, wanted) = (new Newcomers(), asked.ToHashSet(StringComparer.Ordinal));
        foreach (var row in database.Read(db => db.All<OwnRow>("""
            SELECT r.name AS Name, c.offers AS Offers, c.asks AS Asks, (SELECT min(s.created_at) FROM snapshots s WHERE s.tag_id = t.tag_id AND s.id >= t.since) AS At
            FROM tag_rpms t JOIN rpms r ON r.id = t.rpm_id JOIN package_capabilities c ON c.rpm_id = r.id
            WHERE t.tag_id = @tag AND t.repo = @arch AND t.until IS NULL AND NOT EXISTS (SELECT 1 FROM tag_rpms b WHERE b.rpm_id = t.rpm_id AND b.tag_id = t.tag_id AND b.repo = t.repo AND b.until = t.since)
            """, new { tag, arch })))
        {
            var has = CapabilityBytes.Read(row.Offers, row.Asks);
            all.Add(new(row.Name, row.At, [.. has.Provides.Where(one => wanted.Contains(one.Name)), .. has.Files.Where(wanted.Contains).Select(file => new Dependency(file, DependencyFlags.None, ""))], [.. has.Obsoletes.Where(one => wanted.Contains(one.Name))]));
        }
        return all;
    }
}
