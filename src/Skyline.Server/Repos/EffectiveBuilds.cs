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

    /// <param name="order">The tag itself, then those it inherits from, nearest first.</param>
    /// <param name="all">Whether the deciding tag's earlier builds are held too.</param>
    public static IEnumerable<long> Of(IReadOnlyList<long> order, bool all, IReadOnlyList<Tagged> tagged, IReadOnlyList<Blocked> blocked)
    {
        var rank = order.Select((tag, at) => (tag, at)).ToDictionary(pair => pair.tag, pair => pair.at);
        var blockedAt = blocked.GroupBy(block => block.Package).ToDictionary(package => package.Key, package => package.Min(block => rank[block.TagId]));
        foreach (var package in tagged.GroupBy(build => build.Package))
        {
            var deciding = package.Min(build => rank[build.TagId]);
            if (blockedAt.TryGetValue(package.Key, out var block) && block <= deciding) continue;
            var there = package.Where(build => rank[build.TagId] == deciding);
            if (all)
                foreach (var build in there) yield return build.BuildId;
            else
                yield return there.MaxBy(build => build.Order)!.BuildId;
        }
    }

    /// <param name="packages">Null: all of them.</param>
    public static IReadOnlyList<long> Read(IDbConnection db, IReadOnlyList<long> order, bool all, IReadOnlyCollection<string>? packages)
    {
        var some = packages is null ? "" : "AND b.package IN @packages";
        var tagged = db.All<Tagged>($"""
            SELECT t.tag_id AS TagId, b.package AS Package, t.build_id AS BuildId, t.id AS "Order" FROM tag_builds t JOIN builds b ON b.id = t.build_id
            WHERE t.tag_id IN @order AND t.untagged_at IS NULL {some}
            """, new { order, packages });
        var blocked = db.All<Blocked>($"SELECT b.tag_id AS TagId, b.package AS Package FROM tag_blocks b WHERE b.tag_id IN @order AND b.unblocked_at IS NULL {some}", new { order, packages });
        return [.. Of(order, all, tagged, blocked)];
    }
}
