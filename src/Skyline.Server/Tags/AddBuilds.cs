using System.Data;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;

namespace Skyline.Server.Tags;

/// <summary>Complete builds are put into a tag, all of them or none.</summary>
static class AddBuilds
{
    public static Planned Plan(IDbConnection db, string name, TagBuilds wanted)
    {
        if (Tag.Find(db, name) is not { } tag) return new Planned.Refused(Tag.None(name));
        var problems = new List<Refusal>();
        var builds = NamedBuilds.FindComplete(db, wanted.Builds, problems);
        var there = OwnBuilds.Of(db, tag, builds);
        if (wanted.SkipPresent) builds = [.. builds.Where(build => !there.Has(build))];
        problems.AddRange(builds.Select(there.WhyNot).OfType<Refusal>());
        problems.AddRange(Twins.WhyNot(db, tag, builds));
        return Planned.Of([.. builds.Select(build => new TagAct.Put(tag, build))], problems);
    }
}

/// <summary>What a tag itself has of some packages: no inherited builds.</summary>
sealed class OwnBuilds(Tag tag, IReadOnlyList<EffectiveBuilds.Tagged> tagged, IReadOnlyList<EffectiveBuilds.Blocked> blocked)
{
    readonly HashSet<long> builds = [.. tagged.Select(build => build.BuildId)];
    readonly HashSet<string> packages = [.. blocked.Select(block => block.Package)];

    public static OwnBuilds Of(IDbConnection db, Tag tag, IReadOnlyList<KnownBuild> builds)
    {
        string[][] some = [.. builds.Select(build => build.Package).Distinct().Chunk(500)];
        return new(tag, [.. some.SelectMany(packages => EffectiveBuilds.ReadTagged(db, [tag.Id], packages))], [.. some.SelectMany(packages => EffectiveBuilds.ReadBlocked(db, [tag.Id], packages))]);
    }

    public bool Has(KnownBuild build) => builds.Contains(build.Id);

    public bool Blocks(KnownBuild build) => packages.Contains(build.Package);

    /// <returns>Null if it can be put into the tag.</returns>
    public Refusal? WhyNot(KnownBuild build) => Has(build) ? new(409, $"{build.Nvr} is in '{tag.Name}' already.") : WhyBlocked(build);

    public Refusal? WhyBlocked(KnownBuild build) =>
        Blocks(build) ? new(409, $"{build.Package} is blocked in '{tag.Name}', so {build.Nvr} cannot be tagged there; unblock it first.") : null;

    public Refusal? WhyAbsent(KnownBuild build) => Has(build) ? null : new(409, $"{build.Nvr} is not in '{tag.Name}' itself.");
}
