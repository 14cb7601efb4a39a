using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.MassRebuilds;

/// <summary>
/// What a mass rebuild has built goes into the tag that it was for, all at once: what has a newer build there meanwhile is passed over and named, and
/// nothing goes that would break what installs now. Decided on what both tags are; if one of them changes meanwhile, decided anew.
/// </summary>
public sealed class MergeRebuild(Database database, Bells bells, TimeProvider time)
{
    const int MostTries = 5, MostTold = 50;

    sealed record Merge(long BatchId, string State, long IntoTagId, long SideTagId);

    sealed record Row
    {
        public long Id { get; init; }
        public required string Nvr { get; init; }
        public required string Package { get; init; }
        public long? Base { get; init; }
        public int? BaseEpoch { get; init; }
        public string? BaseVersion { get; init; }
        public string? BaseRelease { get; init; }

        public RebuiltPackage Rebuilt => new(new(Id, Nvr, Package), Base, BaseVersion is null ? null : new Evr(BaseEpoch ?? 0, BaseVersion, BaseRelease ?? ""));
    }

    /// <param name="AsOf">The newest event of the tags that it was decided on.</param>
    sealed record Decided(Tag Into, IReadOnlyList<KnownBuild> Go, IReadOnlyList<LeftOut> Skipped, IReadOnlyList<string> Breaks, long AsOf);

    public async Task<(MergedMassRebuild? Merged, Refusal? Why)> Run(long batch, bool force, bool preview, long person, CancellationToken ct)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var (decided, why) = database.Read(db => Decide(db, batch));
            if (decided is null) return (null, why);
            if (preview) return (Tell(decided, preview), null);
            if (decided.Go.Count == 0) return (null, new(409, $"Mass rebuild {batch} has nothing to merge into '{decided.Into.Name}': {(decided.Skipped.Count == 0 ? "nothing of it is built." : string.Join(" ", decided.Skipped.Take(5).Select(one => one.Why)))}"));
            if (decided.Breaks.Count > 0 && !force) return (null, new(409, $"Merged, mass rebuild {batch} would break what installs from '{decided.Into.Name}' now: {string.Join(" ", decided.Breaks.Take(5))}{(decided.Breaks.Count > 5 ? $" And {decided.Breaks.Count - 5} more." : "")} Build what is missing, or merge it by force."));
            if (!await database.Write(tx => Write(tx, batch, decided, person), ct)) continue;
            bells.Ring(Bells.Tags);
            bells.Ring(Bells.Batch(batch));
            return (Tell(decided, preview), null);
        }
        return (null, new(409, $"The tag that mass rebuild {batch} goes into changes all the time; try again in a moment."));
    }

    static MergedMassRebuild Tell(Decided decided, bool preview) => new(preview, decided.Into.Name, [.. decided.Go.Select(build => build.Nvr)], decided.Skipped, decided.Breaks);

    /// <returns>False if a tag has changed since it was decided.</returns>
    bool Write(IDbTransaction tx, long batch, Decided decided, long person)
    {
        if (AsOf(tx.Connection!, batch) != decided.AsOf) return false;
        var now = time.Stamp();
        WriteActs.Write(tx, [.. decided.Go.Select(build => new TagAct.Put(decided.Into, build))], person, now);
        tx.Execute("UPDATE mass_rebuilds SET merged_at = @now, merged_by = @person WHERE batch_id = @batch", new { batch, person, now });
        tx.Execute("UPDATE batches SET revision = revision + 1 WHERE id = @batch", new { batch });
        return true;
    }

    /// <summary>Any tag's event may change what one that inherits from it holds.</summary>
    static long AsOf(IDbConnection db, long batch) => db.One<long>("""
        SELECT max(t.changed_event) FROM tags t JOIN mass_rebuilds m ON m.batch_id = @batch JOIN batches x ON x.id = m.batch_id WHERE t.id IN (m.into_tag_id, x.side_tag_id)
        """, new { batch });

    static (Decided?, Refusal?) Decide(IDbConnection db, long batch)
    {
        if (db.One<Merge>("SELECT m.batch_id AS BatchId, x.state AS State, m.into_tag_id AS IntoTagId, x.side_tag_id AS SideTagId FROM mass_rebuilds m JOIN batches x ON x.id = m.batch_id WHERE m.batch_id = @batch", new { batch }) is not { } merge)
            return (null, ShowRebuild.None(batch));
        if (merge.State is "Planned" or "Running") return (null, new(409, $"Mass rebuild {batch} is still going on; wait for its end, or cancel it: what is built then can be merged."));
        var into = Tag.Of(db, merge.IntoTagId);
        var rebuilt = db.All<Row>("""
            SELECT b.id AS Id, b.nvr AS Nvr, b.package AS Package, r.base_build_id AS Base, e.epoch AS BaseEpoch, e.version AS BaseVersion, e.release AS BaseRelease
            FROM batch_members m JOIN builds b ON b.id = m.build_id LEFT JOIN mass_rebuild_members r ON r.member_id = m.id
              LEFT JOIN rpms e ON e.id = (SELECT min(o.id) FROM rpms o WHERE o.build_id = r.base_build_id)
            WHERE m.batch_id = @batch AND m.state = 'Done' AND b.state = 'Complete' AND b.packages_removed_at IS NULL ORDER BY m.wave, m.id
            """, new { batch }).Select(row => row.Rebuilt).ToList();
        var asOf = AsOf(db, batch);
        var there = There(db, into, rebuilt);
        var whys = rebuilt.Select(package => (Package: package, Why: MergeDecision.WhyNot(package, there[package.Build.Package], into.Name))).ToList();
        var go = whys.Where(one => one.Why is null).Select(one => one.Package.Build).ToList();
        return (new(into, go, [.. whys.Where(one => one.Why is not null).Select(one => new LeftOut(one.Package.Build.Package, one.Why!))], go.Count == 0 ? [] : Breaks(db, into, go), asOf), null);
    }

    static Dictionary<string, ThereOf> There(IDbConnection db, Tag into, IReadOnlyList<RebuiltPackage> rebuilt)
    {
        var packages = rebuilt.Select(package => package.Build.Package).Distinct().ToList();
        var held = packages.Chunk(500).SelectMany(some => TagContent.Builds(db, into.Id, some)).ToDictionary(build => build.Package, StringComparer.Ordinal);
        var own = OwnBuilds.Of(db, into, [.. rebuilt.Select(package => package.Build)]);
        return rebuilt.DistinctBy(package => package.Build.Package).ToDictionary(package => package.Build.Package, package => held.TryGetValue(package.Build.Package, out var build)
            ? new ThereOf(new(build.Id, build.Nvr, build.Package), build.Evr, own.Has(package.Build), own.WhyBlocked(package.Build)?.Sentence)
            : new ThereOf(null, default, own.Has(package.Build), own.WhyBlocked(package.Build)?.Sentence), StringComparer.Ordinal);
    }

    /// <summary>By what packages ask for and offer: whether all that can be installed now can be then.</summary>
    static IReadOnlyList<string> Breaks(IDbConnection db, Tag into, IReadOnlyList<KnownBuild> go)
    {
        var replaced = go.Select(build => build.Package).ToHashSet(StringComparer.Ordinal);
        var held = TagContent.Packages(db, EffectiveBuilds.Read(db, Inheritance.Order(db, into.Id), all: false, null)).Select(one => one.Package).ToList();
        var fresh = TagContent.Packages(db, go.Select(build => build.Id)).Select(one => one.Package).ToList();
        return
        [
            .. into.Arches.SelectMany(arch => WhatBreaks.Of(held.Of(arch), [.. held.Of(arch).Where(package => !replaced.Contains(package.Source)), .. fresh.Of(arch)]))
                .DistinctBy(broken => broken.Package.Nevra).Take(MostTold)
                .Select(broken => $"{broken.Package.Nevra} needs {string.Join(", ", broken.Unmet)}{(broken.Through is { } through ? $", of {through.Nevra}, which breaks itself" : ", which nothing has then")}."),
        ];
    }
}
