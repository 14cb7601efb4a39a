using System.Data;
using Skyline.Server.Externals;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.SideTags;

/// <summary>What a tag's repositories hold and would hold after a promotion: packages that stay, that go and that come, by their signed copies.</summary>
/// <param name="Unsigned">Packages that have no signed copy, and so no description yet.</param>
/// <param name="KnowsAll">Whether everything that packages are installed beside is here.</param>
sealed record PromotedContent(IReadOnlyList<PromotedContent.Package> Packages, IReadOnlyList<Pinned> Pins, IReadOnlyList<long> Unsigned, bool KnowsAll)
{
    public sealed record Package(string Kind, string Arch, long Signed);

    sealed record Row
    {
        public long Id { get; init; }
        public required string Arch { get; init; }
        public long? Signed { get; init; }
    }

    public static PromotedContent Of(IDbConnection db, PromotionPlan plan)
    {
        TagAct[] acts = [.. plan.Acts(db).Where(act => act.Tag.Id == plan.Into.Id)];
        var rows = TagRows.Read(db, acts);
        var (now, then) = (rows.HeldBy(plan.Into.Id).ToHashSet(), rows.After(acts).HeldBy(plan.Into.Id).ToHashSet());
        var (goes, comes) = (now.Except(then).ToHashSet(), then.Except(now).ToHashSet());
        var kept = EffectiveBuilds.Read(db, Inheritance.Order(db, plan.Into.Id), plan.Into.HoldsAll, packages: null).Where(build => !goes.Contains(build));
        var (packages, unsigned) = (new List<Package>(), new List<long>());
        foreach (var (kind, builds) in new[] { ("kept", kept), ("removed", goes), ("added", comes) })
            foreach (var row in Read(db, builds))
                if (row.Signed is { } signed) packages.Add(new(kind, row.Arch, signed));
                else unsigned.Add(row.Id);
        // A chroot has repositories of its own, or else there is nothing to install anything from.
        var knows = db.One<bool>("SELECT EXISTS (SELECT 1 FROM externals e WHERE e.chroot = @Chroot AND e.active = 1)", plan.Into);
        return new(packages, Pinned.Of(db, plan.Into), unsigned, knows);
    }

    static IEnumerable<Row> Read(IDbConnection db, IEnumerable<long> builds) => builds.Chunk(500).SelectMany(some => db.All<Row>("""
        SELECT r.id AS Id, r.arch AS Arch, (SELECT max(s.id) FROM signed_rpms s WHERE s.rpm_id = r.id) AS Signed FROM rpms r WHERE r.build_id IN @some AND r.repo_class = 'Binary'
        """, new { some }));

    public IReadOnlyList<string> Unpinned => [.. Pins.Where(pin => pin.StateId is null).Select(pin => $"'{pin.Name}' for {pin.Arch}")];

    /// <summary>What an architecture's repository has: kept, removed, added.</summary>
    public IEnumerable<(string Kind, IReadOnlyList<long> Signed)> Of(string arch) => Packages.Where(package => package.Arch == arch || package.Arch == "noarch")
        .GroupBy(package => package.Kind).Select(kind => (kind.Key, (IReadOnlyList<long>)[.. kind.Select(package => package.Signed)]));
}
