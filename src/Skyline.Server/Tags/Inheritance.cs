using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>The order in which tags are looked into: the tag, then its parents by priority, each with its own parents behind it; each tag once.</summary>
static class Inheritance
{
    public sealed record Link(long TagId, long ParentId);

    public static IReadOnlyList<long> Order(IDbConnection db, long tag) => Order(tag, db.All<Link>("""
        WITH RECURSIVE kin(id) AS (SELECT @tag UNION SELECT p.parent_id FROM tag_parents p JOIN kin ON kin.id = p.tag_id WHERE p.unset_at IS NULL)
        SELECT p.tag_id AS TagId, p.parent_id AS ParentId FROM tag_parents p JOIN kin ON kin.id = p.tag_id WHERE p.unset_at IS NULL ORDER BY p.tag_id, p.priority
        """, new { tag }));

    /// <param name="links">In order of priority.</param>
    public static IReadOnlyList<long> Order(long tag, IReadOnlyList<Link> links)
    {
        var parents = links.ToLookup(link => link.TagId, link => link.ParentId);
        var order = new List<long>();
        Visit(tag);
        return order;

        void Visit(long one)
        {
            if (order.Contains(one)) return;
            order.Add(one);
            foreach (var parent in parents[one]) Visit(parent);
        }
    }

    /// <summary>What belongs to tags, the nearest tag's first.</summary>
    public static IEnumerable<T> InOrder<T>(this IEnumerable<T> rows, IReadOnlyList<long> order, Func<T, long> tag)
    {
        var of = rows.ToLookup(tag);
        return order.SelectMany(one => of[one]);
    }
}
