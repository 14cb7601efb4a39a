using System.Data;
using System.Security.Cryptography;
using System.Text;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Groups;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.MassRebuilds;

/// <summary>A plan for people, and what begins it.</summary>
/// <param name="WhyNoStart">Why it cannot be begun; null: it can.</param>
sealed record SonamePlan(BumpPlan Told, RebuildPlan Rebuild, FirstBuild? First, string? WhyNoStart);

/// <summary>
/// The soname-bump planner: what of a tag breaks when a library's new build takes the place of the one it holds, what must be built anew for that and in
/// which order, and what cannot be. Nothing is built, or changed, for it.
/// </summary>
public sealed class PlanSoname(Database database, FindLibrary library, Chroots chroots, TimeProvider time)
{
    const int MostTold = 5000;

    internal async Task<(SonamePlan? Plan, Refusal? Why)> Plan(NewBumpPlan wanted, CancellationToken ct)
    {
        var (found, why) = await library.Find(wanted, ct);
        return found is null ? (null, why) : database.Read(db => Of(db, wanted, found));
    }

    (SonamePlan?, Refusal?) Of(IDbConnection db, NewBumpPlan wanted, NewLibrary found)
    {
        if (Target.Find(db, wanted.Target ?? "") is not { } target) return (null, new(404, $"There is no target '{wanted.Target}'."));
        var tag = Tag.Of(db, target.BuildTagId);
        var held = TagContent.Builds(db, tag.Id);
        var packages = TagContent.Packages(db, held.Select(build => build.Id)).Select(one => one.Package).ToList();
        var worlds = tag.Arches.Select(arch => new BumpWorld(arch, packages.Of(arch), found.Packages.Of(arch))).ToList();
        var looked = worlds.Where(world => world.Fresh.Count > 0).ToList();
        if (looked.Count == 0) return (null, new(409, $"{found.Nvr} has no package for an architecture of '{tag.Name}' ({string.Join(", ", tag.Arches)})."));
        var planned = PlanBump.Of(looked, found.Sources, [.. held.Select(build => new HeldSource(build.Package, build.BuildRequires))], InEveryBuildroot(db, tag));
        var rebuild = Rebuilds(db, target, found, planned, held, wanted.Exclude ?? []);
        var told = Tell(target, found, planned, rebuild, held, [.. worlds.Where(world => world.Fresh.Count == 0 && world.Held.Any(package => found.Sources.Contains(package.Source))).Select(world => world.Arch)]);
        var first = found.First is null ? null : found.First with { Replaces = held.FirstOrDefault(build => build.Package == found.Name)?.Id };
        return (new(told, rebuild, first, WhyNoStart(found, planned, rebuild)), null);
    }

    /// <summary>The chroot's own packages; those of a group are what the tag's group of that name has.</summary>
    IReadOnlyList<string> InEveryBuildroot(IDbConnection db, Tag tag)
    {
        var named = chroots.Find(tag.Chroot)?.Packages ?? [];
        var groups = named.Any(name => name.StartsWith('@')) ? TagGroups.Seen(db, tag.Id).ToDictionary(group => "@" + group.Id, group => group.Packages.Where(package => package.Type != GroupPackageType.Optional).Select(package => package.Name)) : [];
        return [.. named.SelectMany(name => name.StartsWith('@') ? groups.GetValueOrDefault(name) ?? [] : [name])];
    }

    /// <summary>Of the sources that must be built anew, those that can be, in their order.</summary>
    RebuildPlan Rebuilds(IDbConnection db, Target target, NewLibrary found, BumpPlanned planned, IReadOnlyList<HeldBuild> held, IReadOnlyList<string> exclude)
    {
        var builds = held.DistinctBy(build => build.Package).ToDictionary(build => build.Package, StringComparer.Ordinal);
        var (members, left) = PlanRebuild.Sift(db, target, [.. planned.Graph.Sources.Select(name => builds[name])], exclude);
        var number = members.Select((member, at) => (member.Package, at)).ToDictionary(one => one.Package, one => one.at, StringComparer.Ordinal);
        var edges = Enumerable.Range(0, planned.Graph.Count).SelectMany(one => planned.Graph.NeedsOf(one).ToArray().Select(need => (planned.Graph.Sources[one], planned.Graph.Sources[need])))
            .Where(edge => number.ContainsKey(edge.Item1) && number.ContainsKey(edge.Item2)).Select(edge => (number[edge.Item1], number[edge.Item2]));
        var graph = BuildGraph.Of([.. members.Select(member => member.Package)], edges);
        var order = BuildOrder.Of(graph);
        var ordered = PlanRebuild.Ordered(members, graph, order, Estimate.History(db, [.. members.Select(member => member.Package)]));
        var seconds = PlanRebuild.EstimateOf(db, target, ordered, time.Stamp()) + (found.First?.Seconds ?? 0);
        return new(target, $"Rebuild for {found.Nvr}", ordered, left, [.. order.Cycles.Select(cycle => (IReadOnlyList<string>)[.. cycle.Select(one => graph.Sources[one])])], seconds, []);
    }

    static BumpPlan Tell(Target target, NewLibrary found, BumpPlanned planned, RebuildPlan rebuild, IReadOnlyList<HeldBuild> held, IReadOnlyList<string> unlooked)
    {
        var old = held.Where(build => found.Sources.Contains(build.Package)).Select(build => build.Nvr).ToList();
        var broken = planned.Broken.Where(one => !found.Sources.Contains(one.Package.Source)).Select(one => new BrokenInstall(one.Package.Nevra.ToString(), one.Package.Source, [.. one.Unmet.Select(unmet => unmet.ToString())], one.Through?.Nevra.ToString())).ToList();
        string?[] notes =
        [
            old.Count == 0 ? $"'{target.BuildTag}' holds nothing of {found.Name}: the new build replaces nothing, and so breaks nothing." : null,
            unlooked.Count == 0 ? null : $"The new build has no packages for {string.Join(", ", unlooked)}; what becomes of the tag there was not looked at.",
            planned.BaseNeeds.Count == 0 ? null : $"Every buildroot has packages of {string.Join(", ", planned.BaseNeeds)} in it, which break: until they are built nothing can be, nor can they. Keep the old library beside the new one (a compat package) until they are.",
            .. rebuild.Cycles.Select(cycle => $"{string.Join(", ", cycle)} need each other's packages to be built, and all of them break: there is no order without the old library. Keep it beside the new one (a compat package) until they are built."),
            broken.Count > MostTold ? $"Only {MostTold} of the {broken.Count} packages that break are told." : null,
        ];
        return new(
            target.Name, target.BuildTag, found.Name, found.Nvr, old.Count == 0 ? null : string.Join(", ", old), planned.Gone, planned.Come, [.. broken.Take(MostTold)],
            RebuildPlan.PackagesOf(rebuild.Members), rebuild.LeftOut,
            [.. planned.Unbuildable.Select(one => new LeftOut(one.Name, $"It needs {string.Join(", ", one.Unmet)} to be built, which has gone then."))],
            rebuild.Cycles, rebuild.Seconds, [.. notes.OfType<string>()], Digest(found, planned, rebuild));
    }

    static string Digest(NewLibrary found, BumpPlanned planned, RebuildPlan rebuild) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        [found.Nvr, .. planned.Gone, "", .. planned.Come, "", .. rebuild.Members.Select(member => $"{member.Base.Id} {member.Wave} {string.Join(',', member.Needs)}"), "", .. rebuild.LeftOut.Select(one => one.Package)]))))[..32];

    static string? WhyNoStart(NewLibrary found, BumpPlanned planned, RebuildPlan rebuild) =>
        found.WhyNoStart is { } unknown ? $"The rebuild for {found.Nvr} cannot be begun: {unknown}"
        : rebuild.Members.Count == 0 ? $"Nothing has to be rebuilt for {found.Nvr}{(rebuild.LeftOut.Count > 0 ? $" that can be: {string.Join(" ", rebuild.LeftOut.Take(5).Select(one => $"{one.Package}: {one.Why}"))}" : ".")}"
        : planned.BaseNeeds.Count > 0 ? $"The rebuild for {found.Nvr} cannot be begun: every buildroot has packages of {string.Join(", ", planned.BaseNeeds)} in it, and those break. Keep the old library beside the new one (a compat package) until they are built."
        : rebuild.Cycles.Count > 0 ? $"The rebuild for {found.Nvr} cannot be begun: {string.Join(", ", rebuild.Cycles[0])} need each other's packages to be built, and all of them break. Keep the old library beside the new one (a compat package) until they are built."
        : null;
}
