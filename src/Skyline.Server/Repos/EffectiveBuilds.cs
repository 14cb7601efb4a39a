using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Repos;

/// <summary>
/// Which builds a tag's repositories hold, as Koji merges them (koji 1.35, hub/kojihub: readPackageList, readTaggedBuilds): the tags
/// in the order of inheritance, for each package the first that has it decides; there, the build that was tagged last. A tag that
/// blocks a package hides it from itself and from those that inherit from it, unless they have it themselves.
/// </summary>
static class EffectiveBuilds
{
    /// <param name="Order">Grows with every tagging: the latest has the highest.</param>
    public sealed record Tagged(long TagId, string Package, long BuildId, long Order);

    public sealed record Blocked(long TagId, string Package);

    /// <summary>What becomes of a package in a tag.</summary>
    /// <param name="Builds">Those that are held.</param>
    /// <param name="DecidedBy">The tag that decides.</param>
    /// <param name="BlockedBy">The tag that blocks it, if that is why nothing is held.</param>
    public sealed record Decision(IReadOnlyList<Tagged> Builds, long DecidedBy, long? BlockedBy);

    /// <param name="order">The tag itself, then those it inherits from, nearest first. Rows of other tags count for nothing.</param>
    /// <param name="all">Whether the deciding tag's earlier builds are held too.</param>
    public static IEnumerable<Decision> Decide(IReadOnlyList<long> order, bool all, IEnumerable<Tagged> tagged, IEnumerable<Blocked> blocked)
    {
        var rank = order.Select((tag, at) => (tag, at)).ToDictionary(pair => pair.tag, pair => pair.at);
        var blockedAt = blocked.Where(block => rank.ContainsKey(block.TagId)).GroupBy(block => block.Package).ToDictionary(package => package.Key, package => package.Min(block => rank[block.TagId]));
        foreach (var package in tagged.Where(build => rank.ContainsKey(build.TagId)).GroupBy(build => build.Package))
        {
            var deciding = package.Min(build => rank[build.TagId]);
            var there = package.Where(build => rank[build.TagId] == deciding).OrderBy(build => build.Order).ToList();
            if (blockedAt.TryGetValue(package.Key, out var block) && block <= deciding) yield return new([], order[deciding], order[block]);
            else yield return new(all ? there : [there[^1]], order[deciding], null);
        }
    }

    public static IEnumerable<Tagged> Of(IReadOnlyList<long> order, bool all, IEnumerable<Tagged> tagged, IEnumerable<Blocked> blocked) =>
        Decide(order, all, tagged, blocked).SelectMany(decision => decision.Builds);

    /// <param name="packages">Null: all of them.</param>
    public static IReadOnlyList<long> Read(IDbConnection db, IReadOnlyList<long> order, bool all, IReadOnlyCollection<string>? packages) =>
        [.. Of(order, all, ReadTagged(db, order, packages), ReadBlocked(db, order, packages)).Select(build => build.BuildId)];

    public static IReadOnlyList<Tagged> ReadTagged(IDbConnection db, IReadOnlyCollection<long> tags, IReadOnlyCollection<string>? packages) =>
        db.All<Tagged>(packages is null ? SelectTagged : SelectTaggedOfSome, new { tags, packages });

    const string TaggedColumns = "t.tag_id AS TagId, b.package AS Package, t.build_id AS BuildId, t.id AS \"Order\"";

    const string SelectTagged = $"SELECT {TaggedColumns} FROM tag_builds t JOIN builds b ON b.id = t.build_id WHERE t.tag_id IN @tags AND t.untagged_at IS NULL";

    // From the few packages on: SQLite would rather read all that the tags have.
    internal const string SelectTaggedOfSome = $"""
        SELECT {TaggedColumns} FROM builds b CROSS JOIN tag_builds t ON t.build_id = b.id
        WHERE b.package IN @packages AND t.tag_id IN @tags AND t.untagged_at IS NULL
        """;

    public static IReadOnlyList<Blocked> ReadBlocked(IDbConnection db, IReadOnlyCollection<long> tags, IReadOnlyCollection<string>? packages) => db.All<Blocked>($"""
        SELECT tag_id AS TagId, package AS Package FROM tag_blocks WHERE tag_id IN @tags AND unblocked_at IS NULL {(packages is null ? "" : "AND package IN @packages")}
        """, new { tags, packages });
}
