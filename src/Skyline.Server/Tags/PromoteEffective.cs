using System.Data;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;

namespace Skyline.Server.Tags;

/// <summary>What a tag's repositories hold, inherited or not, is put into another tag too: all of it, or some builds.</summary>
static class PromoteEffective
{
    /// <summary>Past so many, all packages are read.</summary>
    const int Many = 500;

    public static Planned Plan(IDbConnection db, string name, PromoteBuilds wanted)
    {
        if (Tag.Find(db, name) is not { } from) return new Planned.Refused(Tag.None(name));
        if (Tag.Find(db, wanted.To ?? "") is not { } to) return new Planned.Refused(Tag.None(wanted.To));
        if (from.Id == to.Id) return Planned.Refuse(400, $"From '{name}' to '{name}' is no promotion.");
        if (wanted.All == wanted.Builds is { Count: > 0 }) return Planned.Refuse(400, "Promote either some builds or all of them.");
        var problems = new List<Refusal>();
        var named = wanted.All ? [] : NamedBuilds.FindComplete(db, wanted.Builds, problems);
        var packages = wanted.All || named.Count > Many ? null : named.Select(build => build.Package).Distinct().ToList();
        var (held, heldThere) = (Held(db, from, packages), Held(db, to, packages));
        var builds = wanted.All ? All(db, held, heldThere) : named;
        var there = OwnBuilds.Of(db, to, builds);
        if (!wanted.All) problems.AddRange(builds.Select(build => WhyNot(db, build, from, held, to, heldThere)).OfType<Refusal>());
        problems.AddRange(builds.Select(there.WhyBlocked).OfType<Refusal>());
        problems.AddRange(Twins.WhyNot(db, to, builds));
        return Planned.Of([.. builds.SelectMany(build => Put(to, build, there))], problems);
    }

    /// <summary>Tagged anew, one that is in the tag but not its latest becomes that.</summary>
    static TagAct[] Put(Tag to, KnownBuild build, OwnBuilds there) =>
        there.Has(build) ? [new TagAct.Take(to, build), new TagAct.Put(to, build)] : [new TagAct.Put(to, build)];

    /// <param name="packages">Null: all of them.</param>
    static List<EffectiveBuilds.Tagged> Held(IDbConnection db, Tag tag, IReadOnlyCollection<string>? packages)
    {
        var order = Inheritance.Order(db, tag.Id);
        return [.. EffectiveBuilds.Of(order, tag.HoldsAll, EffectiveBuilds.Rows.Read(db, order, packages))];
    }

    /// <summary>In the order in which they were tagged, so that the latest is the latest there too.</summary>
    static IReadOnlyList<KnownBuild> All(IDbConnection db, List<EffectiveBuilds.Tagged> held, List<EffectiveBuilds.Tagged> heldThere)
    {
        var there = heldThere.Select(build => build.BuildId).ToHashSet();
        var builds = NamedBuilds.Of(db, held.Select(build => build.BuildId).Where(build => !there.Contains(build))).ToDictionary(build => build.Id);
        return [.. held.OrderBy(build => build.Order).Where(build => builds.ContainsKey(build.BuildId)).Select(build => builds[build.BuildId])];
    }

    static Refusal? WhyNot(IDbConnection db, KnownBuild build, Tag from, List<EffectiveBuilds.Tagged> held, Tag to, List<EffectiveBuilds.Tagged> heldThere)
    {
        if (heldThere.Exists(other => other.BuildId == build.Id)) return new(409, $"'{to.Name}' holds {build.Nvr} already.");
        if (held.Exists(other => other.BuildId == build.Id)) return null;
        var latest = held.Where(other => other.Package == build.Package).MaxBy(other => other.Order);
        return new(409, $"'{from.Name}' does not hold {build.Nvr}{(latest is null ? "" : $" but {NamedBuilds.Of(db, [latest.BuildId])[0].Nvr}")}.");
    }
}
