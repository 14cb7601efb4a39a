using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Planning;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.MassRebuilds;

/// <summary>A source package that is built again.</summary>
/// <param name="Base">The build whose source package it is.</param>
/// <param name="Needs">Which of the others, by their place in the list, are built before it.</param>
/// <param name="Seconds">How long it took last; null: nobody knows.</param>
sealed record RebuildMember(HeldBuild Base, int Wave, IReadOnlyList<int> Needs, double? Seconds);

/// <summary>What is to be built again, in which order, and what not.</summary>
/// <param name="Members">In the order of their waves.</param>
sealed record RebuildPlan(Target Target, string Title, IReadOnlyList<RebuildMember> Members, IReadOnlyList<LeftOut> LeftOut, IReadOnlyList<IReadOnlyList<string>> Cycles, double Seconds, IReadOnlyList<string> Notes)
{
    public MassRebuildPlan OnTheWire() => new(Target.Name, Target.BuildTag, Target.DestinationTag, Title, PackagesOf(Members), LeftOut, Cycles, Seconds, Notes);

    public static IReadOnlyList<PlannedRebuild> PackagesOf(IReadOnlyList<RebuildMember> members) =>
        [.. members.Select(member => new PlannedRebuild(member.Base.Package, member.Base.Nvr, member.Wave, [.. member.Needs.Select(need => members[need].Base.Package)], member.Seconds))];
}

/// <summary>Plans a mass rebuild: the packages that the query finds, ordered by what they need of each other to be built.</summary>
static class PlanRebuild
{
    public static (RebuildPlan? Plan, Refusal? Why) Of(IDbConnection db, NewMassRebuild wanted, long now)
    {
        if (FindPackages.WhyNot(wanted.Query) is { } bad) return (null, bad);
        if (Target.Find(db, wanted.Target ?? "") is not { } target) return (null, new(404, $"There is no target '{wanted.Target}'."));
        var held = TagContent.Builds(db, target.BuildTagId);
        var (found, unknown) = FindPackages.Of(db, held, wanted.Query);
        if (unknown.Count > 0) return (null, Refusal.Of([.. unknown.Select(name => new Refusal(404, $"'{target.BuildTag}' has no package '{name}'."))]));
        var words = FindPackages.Words(wanted.Query, target.BuildTag);
        if (found.Count == 0) return (null, new(409, $"Nothing in '{target.BuildTag}' is {words}: there is nothing to rebuild. What external repositories hold is never rebuilt here."));
        var (members, left) = Sift(db, target, found, wanted.Exclude ?? []);
        if (members.Count == 0) return (null, new(409, $"Of the {found.Count} packages found none can be rebuilt: {string.Join(" ", left.Take(5).Select(one => $"{one.Package}: {one.Why}"))}"));
        var plan = Order(db, target, wanted.Title ?? $"Rebuild of {words}", held, members, left, now);
        return (plan with { Notes = [.. plan.Notes, .. new[] { DeadlineOf(db, wanted, plan, now) }.OfType<string>()] }, null);
    }

    /// <summary>What of some builds can and may be rebuilt, and why the others not.</summary>
    public static (IReadOnlyList<HeldBuild> Members, IReadOnlyList<LeftOut> Left) Sift(IDbConnection db, Target target, IReadOnlyList<HeldBuild> found, IReadOnlyList<string> exclude)
    {
        var order = Inheritance.Order(db, target.BuildTagId);
        var (never, excluded, left) = (NoAutoBuilds.Of(db, order).ToDictionary(one => one.Package), exclude.ToHashSet(StringComparer.Ordinal), new List<LeftOut>());
        foreach (var build in found)
        {
            if (excluded.Contains(build.Package)) left.Add(new(build.Package, "Left out, as was asked."));
            else if (never.TryGetValue(build.Package, out var mark)) left.Add(new(build.Package, $"It is left out of every mass rebuild here, by {mark.By}{(mark.Why is { } reason ? $": {reason}" : ".")}"));
            else if (build.Why is { } why) left.Add(new(build.Package, why));
        }
        var without = left.Select(one => one.Package).ToHashSet(StringComparer.Ordinal);
        return ([.. found.Where(build => !without.Contains(build.Package))], left);
    }

    /// <summary>Cycles are no obstacle: the members' earlier builds are there to build with, so each is built once, in one wave with the others.</summary>
    static RebuildPlan Order(IDbConnection db, Target target, string title, IReadOnlyList<HeldBuild> held, IReadOnlyList<HeldBuild> members, IReadOnlyList<LeftOut> left, long now)
    {
        var told = new NeedsAndOffers();
        var numbers = members.ToDictionary(member => member.Id, member => told.Source(member.Package));
        foreach (var member in members)
            foreach (var one in member.BuildRequires) told.Needs(numbers[member.Id], one);
        ReadPlan.Offers(db, told, [.. held.Select(build => build.Id)], build => numbers.GetValueOrDefault(build, NeedsAndOffers.Elsewhere));
        var graph = told.Graph();
        var order = BuildOrder.Of(graph);
        var ordered = Ordered(members, graph, order, Estimate.History(db, [.. members.Select(member => member.Package)]));
        var cycles = order.Cycles.Select(cycle => (IReadOnlyList<string>)[.. cycle.Select(one => graph.Sources[one])]).ToList();
        string[] notes = cycles.Count == 0 ? [] : [$"{cycles.Sum(cycle => cycle.Count)} packages need each other to be built, in {cycles.Count} cycle{(cycles.Count == 1 ? "" : "s")}; they have builds already, so nothing need be bootstrapped: those of a cycle are in one wave, each built with what there is."];
        return new(target, title, ordered, left, cycles, EstimateOf(db, target, ordered, now), notes);
    }

    /// <summary>By wave, then by name; an edge within a cycle is nobody's to wait for.</summary>
    public static IReadOnlyList<RebuildMember> Ordered(IReadOnlyList<HeldBuild> members, BuildGraph graph, BuildOrder order, IReadOnlyDictionary<string, double> history)
    {
        var places = Enumerable.Range(0, members.Count).OrderBy(one => order.Waves[one]).ThenBy(one => members[one].Package, StringComparer.Ordinal).ToList();
        var place = new int[members.Count];
        for (var at = 0; at < places.Count; at++) place[places[at]] = at;
        return [.. places.Select(one => new RebuildMember(members[one], order.Waves[one], Needs(one), history.TryGetValue(members[one].Package, out var seconds) ? seconds : null))];

        IReadOnlyList<int> Needs(int one) => [.. graph.NeedsOf(one).ToArray().Where(need => order.CycleOf[one] < 0 || order.CycleOf[one] != order.CycleOf[need]).Select(need => place[need]).Order()];
    }

    static string? DeadlineOf(IDbConnection db, NewMassRebuild wanted, RebuildPlan plan, long now)
    {
        var typical = Estimate.Typical([.. plan.Members.Select(member => member.Seconds).OfType<double>()]);
        return Deadline.OfPlan(db, wanted, plan.Target.Id, [.. plan.Members.Select(member => member.Seconds ?? typical)], [.. plan.Members.Select(member => member.Needs)], now);
    }

    public static double EstimateOf(IDbConnection db, Target target, IReadOnlyList<RebuildMember> members, long now)
    {
        var typical = Estimate.Typical([.. members.Select(member => member.Seconds).OfType<double>()]);
        return Estimate.Of([.. members.Select(member => member.Seconds ?? typical)], [.. members.Select(member => member.Needs)], Estimate.Slots(db, target.Id, now));
    }
}
