using System.Data;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>
/// Packages are blocked in a tag, or no longer: what is blocked is hidden, from the tag and from those that inherit from it and have
/// no build of their own. Nobody needs to have built a package to block it.
/// </summary>
static partial class BlockPackages
{
    const int Most = 1000;

    public static Planned Plan(IDbConnection db, string name, TagBlocks wanted, bool block)
    {
        if (Tag.Find(db, name) is not { } tag) return new Planned.Refused(Tag.None(name));
        if (wanted.Packages is not { Count: > 0 and <= Most }) return Planned.Refuse(400, $"Name one package or several, up to {Most}.");
        var packages = wanted.Packages.Distinct().ToList();
        if (packages.Find(package => package is null || !Name().IsMatch(package)) is { } bad) return Planned.Refuse(400, $"'{bad}' cannot be the name of a package.");
        var order = Inheritance.Order(db, tag.Id);
        var blocked = EffectiveBuilds.ReadBlocked(db, order, packages);
        var here = blocked.Where(one => one.TagId == tag.Id).Select(one => one.Package).ToHashSet();
        return block
            ? Planned.Of([.. packages.Select(package => new TagAct.Block(tag, package))], [.. packages.Where(here.Contains).Select(package => new Refusal(409, $"{package} is blocked in '{name}' already."))])
            : Planned.Of([.. packages.Select(package => new TagAct.Unblock(tag, package))], [.. packages.Where(package => !here.Contains(package)).Select(package => NotBlocked(db, tag, package, order, blocked))]);
    }

    static Refusal NotBlocked(IDbConnection db, Tag tag, string package, IReadOnlyList<long> order, IReadOnlyList<EffectiveBuilds.Blocked> blocked)
    {
        var above = order.FirstOrDefault(one => blocked.Any(block => block.TagId == one && block.Package == package));
        return new(409, $"{package} is not blocked in '{tag.Name}'{(above == 0 ? "." : $" itself, but in '{Tag.Of(db, above).Name}', which it inherits from; unblock it there, or tag a build here.")}");
    }

    /// <summary>Whether a package may be called so.</summary>
    public static bool IsName(string? package) => package is not null && Name().IsMatch(package);

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._+^~-]{0,199}\z")]
    private static partial Regex Name();
}
