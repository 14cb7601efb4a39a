using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Audit;
using Skyline.Server.Planning;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.SideTags;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.MassRebuilds;

/// <summary>
/// What a mass rebuild has built goes into the tag that it was for, all at once, by the rules of promotion: what has a newer build there meanwhile is
/// passed over and named, and nothing goes that would break what installs now. Decided on what both tags are; if one of them changes, decided anew.
/// </summary>
public sealed class MergeRebuild(Database database, PromotionGates gates, TellExternals externals, Bells bells, TimeProvider time)
{
    const int MostTries = 5, MostTold = 50;

    sealed record Merge(long BatchId, string State, string Into, string SideTag);

    sealed record BaseRow
    {
        public required string Package { get; init; }
        public long? Base { get; init; }
        public int? Epoch { get; init; }
        public string? Version { get; init; }
        public string? Release { get; init; }

        public Evr? Evr => Version is null ? null : new Evr(Epoch ?? 0, Version, Release ?? "");
    }

    /// <param name="Promotion">Of those builds of the side tag that go.</param>
    /// <param name="Built">All builds of the side tag, those that do not go among them.</param>
    sealed record Decided(PromotionPlan Promotion, IReadOnlyList<LeftOut> Skipped, IReadOnlyList<long> Built);

    public async Task<(MergedMassRebuild? Merged, Refusal? Why)> Run(long batch, bool force, bool preview, long person, CancellationToken ct)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var (decided, why) = database.Read(db => Decide(db, batch, force, person));
            if (decided is null) return (null, why);
            if (decided.Promotion.Builds.Count == 0 && !preview) return (null, Nothing(batch, decided));
            var breaks = decided.Promotion.Builds.Count == 0 ? [] : await Breaks(decided, ct);
            if (breaks.Count > 0 && !force && !preview) return (null, WouldBreak(batch, decided.Promotion.Into, breaks));
            // By force it is asked all the same what will not install: who forces it is to know.
            var rules = decided.Promotion.Builds.Count == 0 ? [] : (await gates.Of(decided.Promotion, OrderOf(decided.Promotion.Into.Name, force: false), signing: !preview, ct)).Select(rule => force ? Forced(rule) : rule).ToList();
            if (preview) return (Tell(decided, breaks, rules, preview), null);
            if (rules.Any(rule => !rule.Passed)) return (null, PromotionGates.WhyNot(decided.Promotion, rules));
            if (!await database.Write(tx => Write(tx, batch, decided, force, person), ct)) continue;
            bells.Ring(Bells.Tags);
            bells.Ring(Bells.Batch(batch));
            return (Tell(decided, breaks, rules, preview), null);
        }
        return (null, new(409, $"The tag that mass rebuild {batch} goes into changes all the time; try again in a moment."));
    }

    static MergedMassRebuild Tell(Decided decided, IReadOnlyList<string> breaks, IReadOnlyList<PromoteGate> rules, bool preview) =>
        new(preview, decided.Promotion.Into.Name, [.. decided.Promotion.Builds.Select(build => build.Nvr)], decided.Skipped, breaks, rules);

    static PromoteGate Forced(PromoteGate rule) => rule is { Rule: InstallCheck.Rule, Passed: false } ? rule with { Passed = true, Skipped = true, Says = $"By force, although: {rule.Says}" } : rule;

    static PromotionOrder OrderOf(string into, bool force) => new(into, AllowOlder: false, SkipInstallCheck: force);

    static Refusal Nothing(long batch, Decided decided) =>
        new(409, $"Mass rebuild {batch} has nothing to merge into '{decided.Promotion.Into.Name}': {string.Join(" ", decided.Skipped.Take(5).Select(one => one.Why))}");

    static Refusal WouldBreak(long batch, Tag into, IReadOnlyList<string> breaks) =>
        new(409, $"Merged, mass rebuild {batch} would break what installs from '{into.Name}' now: {string.Join(" ", breaks.Take(5))}{(breaks.Count > 5 ? $" And {breaks.Count - 5} more." : "")} Build what is missing, or merge it by force.");

    /// <returns>False if a tag has changed since it was decided.</returns>
    bool Write(IDbTransaction tx, long batch, Decided decided, bool force, long person)
    {
        if (Decide(tx.Connection!, batch, force, person) is not ({ } now, _) || now.Promotion.Moment != decided.Promotion.Moment || PromotionGates.Built(tx.Connection!, now.Promotion) is { Passed: false }) return false;
        WriteActs.Write(tx, now.Promotion.Acts(tx.Connection!, force ? ", by force" : ""), person, time.Stamp());
        tx.Note(force ? "merged by force" : "merged", $"batch {batch}", null, new { Into = now.Promotion.Into.Name, Builds = now.Promotion.Builds.Count }, batch);
        tx.Execute("UPDATE mass_rebuilds SET merged_at = @now, merged_by = @person WHERE batch_id = @batch", new { batch, person, now = time.Stamp() });
        tx.Execute("UPDATE batches SET revision = revision + 1 WHERE id = @batch", new { batch });
        return true;
    }

    /// <summary>What was built in the side tag by hand, in place of what failed, goes with the rest.</summary>
    static (Decided?, Refusal?) Decide(IDbConnection db, long batch, bool force, long person)
    {
        if (db.One<Merge>("""
            SELECT m.batch_id AS BatchId, x.state AS State, i.name AS "Into", s.name AS SideTag
            FROM mass_rebuilds m JOIN batches x ON x.id = m.batch_id JOIN tags i ON i.id = m.into_tag_id JOIN tags s ON s.id = x.side_tag_id WHERE m.batch_id = @batch
            """, new { batch }) is not { } merge) return (null, ShowRebuild.None(batch));
        if (merge.State is "Planned" or "Running") return (null, new(409, $"Mass rebuild {batch} is still going on; wait for its end, or cancel it: what is built then can be merged."));
        var (promotion, why) = PromotionPlan.Of(db, merge.SideTag, OrderOf(merge.Into, force), person);
        if (promotion is null) return (null, why);
        var bases = db.All<BaseRow>("""
            SELECT m.package AS Package, r.base_build_id AS Base, e.epoch AS Epoch, e.version AS Version, e.release AS Release
            FROM batch_members m JOIN mass_rebuild_members r ON r.member_id = m.id LEFT JOIN rpms e ON e.id = (SELECT min(o.id) FROM rpms o WHERE o.build_id = r.base_build_id) WHERE m.batch_id = @batch
            """, new { batch }).DistinctBy(row => row.Package).ToDictionary(row => row.Package, StringComparer.Ordinal);
        var rebuilt = promotion.Builds.Select(build => bases.TryGetValue(build.Package, out var from) ? new RebuiltPackage(build.Known, from.Base, from.Evr) : new RebuiltPackage(build.Known, null, null)).ToList();
        var there = There(db, promotion.Into, rebuilt);
        var whys = rebuilt.ToDictionary(package => package.Build.Id, package => MergeDecision.WhyNot(package, there[package.Build.Package], promotion.Into.Name));
        return (new(promotion with { Builds = [.. promotion.Builds.Where(build => whys[build.Id] is null)] }, [.. promotion.Builds.Where(build => whys[build.Id] is not null).Select(build => new LeftOut(build.Package, whys[build.Id]!))], [.. promotion.Builds.Select(build => build.Id)]), null);
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

    /// <summary>By what packages ask for and offer, without a depsolver: whether all that can be installed now can be then, and what comes too.</summary>
    async Task<IReadOnlyList<string>> Breaks(Decided decided, CancellationToken ct)
    {
        var into = decided.Promotion.Into;
        var worlds = database.Read(db => Worlds(db, decided));
        // First as if nobody else had anything; then whoever else there is is asked for what was found missing.
        var missing = worlds.SelectMany(world => WhatBreaks.Of(world.Before, world.After, isAll: true)).SelectMany(broken => broken.Unmet).SelectMany(unmet => RichDependency.Of(unmet)?.Capabilities ?? []).Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        if (missing.Count == 0) return [];
        var beside = await externals.Of(into, missing, ct);
        return
        [
            .. worlds.SelectMany(world => beside.Lists.Where(list => list.List.Arch == world.Arch).SelectMany(list => list.Packages).Select(package => new HeldPackage(package.Nevra, package.Source ?? "", PackageCapabilities.None with { Provides = package.Offers })).ToList() is var others
                    ? WhatBreaks.Of([.. world.Before, .. others], [.. world.After, .. others], world.Built, beside.IsAll) : [])
                .DistinctBy(broken => broken.Package.Nevra).Take(MostTold)
                .Select(broken => $"{broken.Package.Nevra} needs {string.Join(", ", broken.Unmet)}{(broken.Through is { } through ? $", of {through.Nevra}, which breaks itself" : ", which nothing has then")}."),
        ];
    }

    /// <param name="Built">What the rebuilt packages were built beside, whether it comes too or not.</param>
    sealed record World(string Arch, IReadOnlyList<HeldPackage> Before, IReadOnlyList<HeldPackage> After, IReadOnlyList<HeldPackage> Built);

    static IReadOnlyList<World> Worlds(IDbConnection db, Decided decided)
    {
        var (into, goes) = (decided.Promotion.Into, decided.Promotion.Builds.Select(build => build.Id).ToHashSet());
        var replaced = decided.Promotion.Builds.Select(build => build.Package).ToHashSet(StringComparer.Ordinal);
        var held = TagContent.Packages(db, EffectiveBuilds.Read(db, Inheritance.Order(db, into.Id), all: false, null)).Select(one => one.Package).ToList();
        var built = TagContent.Packages(db, decided.Built);
        var (fresh, all) = (built.Where(one => goes.Contains(one.Build)).Select(one => one.Package).ToList(), built.Select(one => one.Package).ToList());
        return [.. into.Arches.Select(arch => new World(arch, held.Of(arch), [.. held.Of(arch).Where(package => !replaced.Contains(package.Source)), .. fresh.Of(arch)], all.Of(arch)))];
    }
}
