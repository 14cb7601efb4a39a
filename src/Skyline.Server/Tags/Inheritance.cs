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

    /// <summary>All links there are, each tag's in order of priority.</summary>
    public static IReadOnlyList<Link> All(IDbConnection db) =>
        db.All<Link>("SELECT tag_id AS TagId, parent_id AS ParentId FROM tag_parents WHERE unset_at IS NULL ORDER BY tag_id, priority");

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

    /// <summary>The tag and all that inherit from it.</summary>
    public static IReadOnlyList<long> Heirs(long tag, IReadOnlyList<Link> links) => Order(tag, [.. links.Select(link => new Link(link.ParentId, link.TagId))]);

    /// <returns>The way from the tag back to itself, both ends included; null if there is none.</returns>
    public static IReadOnlyList<long>? Cycle(long tag, IReadOnlyList<Link> links)
    {
        var parents = links.ToLookup(link => link.TagId, link => link.ParentId);
        var seen = new HashSet<long>();
        return Search(tag) is { } way ? [tag, .. way] : null;

        IReadOnlyList<long>? Search(long from)
        {
            foreach (var parent in parents[from])
            {
                if (parent == tag) return [tag];
                if (seen.Add(parent) && Search(parent) is { } rest) return [parent, .. rest];
            }
            return null;
        }
    }
}
