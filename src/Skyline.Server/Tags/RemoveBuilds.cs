using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Tags;

/// <summary>Builds are taken out of a tag, all of them or none. They stay what they are, and in other tags.</summary>
static class RemoveBuilds
{
    public static Planned Plan(IDbConnection db, string name, TagBuilds wanted)
    {
        if (Tag.Find(db, name) is not { } tag) return new Planned.Refused(Tag.None(name));
        if (wanted.SkipPresent) return Planned.Refuse(400, "skipPresent is for builds that are to be tagged.");
        var problems = new List<Refusal>();
        var builds = NamedBuilds.Find(db, wanted.Builds, problems);
        var there = OwnBuilds.Of(db, tag, builds);
        problems.AddRange(builds.Select(there.WhyAbsent).OfType<Refusal>());
        return Planned.Of([.. builds.Select(build => new TagAct.Take(tag, build))], problems);
    }
}
