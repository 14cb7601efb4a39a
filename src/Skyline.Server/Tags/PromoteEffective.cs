using System.Data;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;

namespace Skyline.Server.Tags;

/// <summary>What a tag's repositories hold, inherited or not, is put into another tag too: all of it, or some builds.</summary>
static class PromoteEffective
{
    public static Planned Plan(IDbConnection db, string name, PromoteBuilds wanted)
    {
        if (Tag.Find(db, name) is not { } from) return new Planned.Refused(Tag.None(name));
        if (Tag.Find(db, wanted.To ?? "") is not { } to) return new Planned.Refused(Tag.None(wanted.To));
        if (from.Id == to.Id) return Planned.Refuse(400, $"From '{name}' to '{name}' is no promotion.");
        if (wanted.All == wanted.Builds is { Count: > 0 }) return Planned.Refuse(400, "Promote either some builds or all of them.");
        var problems = new List<Refusal>();
        var held = Held(db, from);
        var builds = wanted.All ? All(db, held, Held(db, to)) : Some(db, wanted.Builds!, from, held, Held(db, to), to, problems);
        var there = OwnBuilds.Of(db, to, builds);
        problems.AddRange(builds.Select(there.WhyBlocked).OfType<Refusal>());
        return Planned.Of([.. builds.SelectMany(build => Put(to, build, there))], problems);
    }

    /// <summary>Tagged anew, one that is in the tag but not its latest becomes that.</summary>
    static TagAct[] Put(Tag to, KnownBuild build, OwnBuilds there) =>
        there.Has(build) ? [new TagAct.Take(to, build), new TagAct.Put(to, build)] : [new TagAct.Put(to, build)];

    static List<EffectiveBuilds.Tagged> Held(IDbConnection db, Tag tag)
    {
        var order = Inheritance.Order(db, tag.Id);
        return [.. EffectiveBuilds.Of(order, tag.HoldsAll, EffectiveBuilds.ReadTagged(db, order, packages: null), EffectiveBuilds.ReadBlocked(db, order, packages: null))];
    }

    /// <summary>In the order in which they were tagged, so that the latest is the latest there too.</summary>
    static IReadOnlyList<KnownBuild> All(IDbConnection db, List<EffectiveBuilds.Tagged> held, List<EffectiveBuilds.Tagged> heldThere)
    {
        var there = heldThere.Select(build => build.BuildId).ToHashSet();
        var builds = NamedBuilds.Of(db, held.Select(build => build.BuildId).Where(build => !there.Contains(build))).ToDictionary(build => build.Id);
        return [.. held.OrderBy(build => build.Order).Where(build => builds.ContainsKey(build.BuildId)).Select(build => builds[build.BuildId])];
    }

    static List<KnownBuild> Some(IDbConnection db, IReadOnlyList<string> names, Tag from, List<EffectiveBuilds.Tagged> held, List<EffectiveBuilds.Tagged> heldThere, Tag to, List<Refusal> problems)
    {
        var (here, there) = (held.ToLookup(build => build.Package), heldThere.Select(build => build.BuildId).ToHashSet());
        var good = new List<KnownBuild>();
        foreach (var build in NamedBuilds.FindComplete(db, names, problems))
            if (here[build.Package].All(other => other.BuildId != build.Id))
                problems.Add(new(409, $"'{from.Name}' does not hold {build.Nvr}{(Latest(db, here[build.Package]) is { } other ? $" but {other}" : "")}."));
            else if (there.Contains(build.Id)) problems.Add(new(409, $"'{to.Name}' holds {build.Nvr} already."));
            else good.Add(build);
        return good;
    }

    static string? Latest(IDbConnection db, IEnumerable<EffectiveBuilds.Tagged> held) =>
        held.MaxBy(build => build.Order) is { } latest ? NamedBuilds.Of(db, [latest.BuildId])[0].Nvr : null;
}
