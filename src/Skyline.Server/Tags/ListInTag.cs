using System.Data;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Packages are listed in a tag, get another owner there, or are listed no more.</summary>
static class ListInTag
{
    const int Most = 50_000;

    /// <param name="person">Who asks, and owns them if nobody else is named.</param>
    public static Planned Plan(IDbConnection db, string name, ListPackages wanted, long person)
    {
        if (Tag.Find(db, name) is not { } tag) return new Planned.Refused(Tag.None(name));
        if (WhyNot(wanted.Packages) is { } why) return Planned.Refuse(400, why);
        var owner = wanted.Owner is { } named
            ? db.One<Person>("SELECT id AS Id, name AS Name FROM users WHERE name = @named", new { named })
            : db.One<Person>("SELECT id AS Id, name AS Name FROM users WHERE id = @person", new { person });
        if (owner is null) return Planned.Refuse(404, $"There is nobody called '{wanted.Owner}' here; `skyline person add` makes people known.");
        var own = ListedPackages.Own(db, tag).Where(one => one.Owner is not null).ToDictionary(one => one.Package, one => one.Owner);
        return Planned.Of([.. wanted.Packages.Distinct().Where(package => own.GetValueOrDefault(package) != owner.Name).Select(package => new TagAct.List(tag, package, owner.Id, owner.Name))], []);
    }

    sealed record Person(long Id, string Name);

    public static Planned PlanUnlist(IDbConnection db, string name, TagBlocks wanted)
    {
        if (Tag.Find(db, name) is not { } tag) return new Planned.Refused(Tag.None(name));
        if (WhyNot(wanted.Packages) is { } why) return Planned.Refuse(400, why);
        var packages = wanted.Packages.Distinct().ToList();
        var own = ListedPackages.Own(db, tag).Where(one => one.Owner is not null).Select(one => one.Package).ToHashSet();
        var problems = packages.Where(package => !own.Contains(package)).Select(package => new Refusal(404, $"'{name}' itself does not list {package}.")).ToList();
        if (tag.DemandsListed)
            problems.AddRange(packages.Chunk(500).SelectMany(some => EffectiveBuilds.ReadTagged(db, [tag.Id], some)).Select(build => build.Package).Distinct()
                .Select(package => new Refusal(409, $"'{name}' takes listed packages only and has builds of {package}; untag them first, or block it.")));
        return Planned.Of([.. packages.Select(package => new TagAct.Unlist(tag, package))], problems);
    }

    static string? WhyNot(IReadOnlyList<string>? packages) =>
        packages is not { Count: > 0 and <= Most } ? $"Name one package or several, up to {Most}."
        : packages.FirstOrDefault(package => !BlockPackages.IsName(package)) is { } bad || packages.Contains(null!) ? "One of the names cannot be the name of a package." : null;
}
