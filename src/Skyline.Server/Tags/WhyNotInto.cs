using System.Data;
using Skyline.Server.Repos;
using Skyline.Server.Shell;

namespace Skyline.Server.Tags;

/// <summary>Why a package may not go into a tag: it is locked, hides the package, or takes listed ones only.</summary>
static class WhyNotInto
{
    /// <param name="what">What is not done, as the sentence begins: "hello-1-1.src.rpm is not built for fedora".</param>
    public static Refusal? Tag(IDbConnection db, Tag tag, string package, string what) => Locked(tag, what) ?? Package(db, tag, package, what);

    public static Refusal? Locked(Tag tag, string what) =>
        tag.RemovedAt is not null ? new(409, $"{what}: the tag '{tag.Name}' was removed.")
        : tag.Locked ? new(409, $"{what}: the tag '{tag.Name}' is locked. An administrator unlocks it with `skyline tag set {tag.Name} --unlock`.")
        : null;

    public static Refusal? Package(IDbConnection db, Tag tag, string package, string what)
    {
        var order = Inheritance.Order(db, tag.Id);
        if (EffectiveBuilds.ReadBlocked(db, [tag.Id], [package]).Count > 0)
            return new(409, $"{what}: {package} is blocked in '{tag.Name}'. `skyline tag unblock {tag.Name} {package}` lets it in again.");
        if (!tag.DemandsListed) return null;
        var (listed, blocked) = (EffectiveBuilds.ReadListed(db, order, [package]).Select(one => one.TagId).ToHashSet(), EffectiveBuilds.ReadBlocked(db, order, [package]).Select(one => one.TagId).ToHashSet());
        var first = order.Ways.FirstOrDefault(way => (listed.Contains(way.TagId) || blocked.Contains(way.TagId)) && way.Admits(package));
        return first is null ? new(409, $"{what}: '{tag.Name}' takes listed packages only, and {package} is not listed. `skyline package add {tag.Name} {package}` lists it.")
            : blocked.Contains(first.TagId) ? new(409, $"{what}: {package} is blocked in '{Tags.Tag.Of(db, first.TagId).Name}', from which '{tag.Name}' inherits; `skyline package add {tag.Name} {package}` lists it here.")
            : null;
    }
}
