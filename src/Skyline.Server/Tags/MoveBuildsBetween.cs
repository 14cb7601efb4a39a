using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Tags;

/// <summary>Builds go from one tag to another at once: nobody who installs from both sees them in neither.</summary>
static class MoveBuildsBetween
{
    public static Planned Plan(IDbConnection db, string name, MoveBuilds wanted)
    {
        if (Tag.Find(db, name) is not { } from) return new Planned.Refused(Tag.None(name));
        if (Tag.Find(db, wanted.To ?? "") is not { } to) return new Planned.Refused(Tag.None(wanted.To));
        if (from.Id == to.Id) return Planned.Refuse(400, $"From '{name}' to '{name}' is no move.");
        var problems = new List<Refusal>();
        var builds = NamedBuilds.FindComplete(db, wanted.Builds, problems);
        var (here, there) = (OwnBuilds.Of(db, from, builds), OwnBuilds.Of(db, to, builds));
        problems.AddRange(builds.SelectMany(build => new[] { here.WhyAbsent(build), there.WhyNot(build) }).OfType<Refusal>());
        problems.AddRange(Twins.WhyNot(db, to, builds));
        return Planned.Of([.. builds.SelectMany(build => new TagAct[] { new TagAct.Take(from, build), new TagAct.Put(to, build) })], problems);
    }
}
