using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>
/// From which tags a tag inherits, and in which order: Koji's rules (koji 1.35.3, kojihub.py: readFullInheritance), depth first.
/// The tag itself comes first, then its parents by priority, the lower number before the higher, each with its own parents behind it.
/// Every link may say more:
/// <list type="bullet">
/// <item>maxdepth: how far behind the parent one goes on through this link: 0 the parent alone, 1 its parents too. Links nearer by bound
/// it as well: what is left shrinks by one with each further link, and the smaller of the two counts.</item>
/// <item>intransitive: the link counts for the tag that has it, and not for those that inherit from that one.</item>
/// <item>noconfig: builds, packages and blocks come through, but no settings (architectures, buildroot packages, macros, external
/// repositories, extra settings), neither the parent's nor those of whom one reaches behind it. (Koji documents it so; its getBuildConfig
/// asks the last link alone, and lets the settings of a grandparent pass.)</item>
/// <item>filter (pkg_filter): a regular expression that the names of packages must match from their beginning (Python's re.match). Along a
/// way filters add up: a name must match them all.</item>
/// </list>
/// A tag that is reached by several ways stands where it was reached first, and once more for each later way that lets more through:
/// deeper, with settings where there were none, or past other filters. A later way that lets through nothing new is left out. A way that
/// would lead back to a tag on it is not taken; <see cref="Cycle"/> keeps such links from being made.
/// </summary>
static class Inheritance
{
    /// <summary>Ways that a tag is made of at most, and links that one goes one behind another.</summary>
    public const int MostWays = 2000, Deepest = 100;

    /// <param name="MaxDepth">Null: no bound.</param>
    public sealed record Link(long TagId, long ParentId, int? MaxDepth = null, bool Intransitive = false, bool NoConfig = false, string? Filter = null);

    sealed record Row(long TagId, long ParentId, long? MaxDepth, long Intransitive, long NoConfig, string? Filter)
    {
        public Link Link => new(TagId, ParentId, (int?)MaxDepth, Intransitive == 1, NoConfig == 1, Filter);
    }

    const string Columns = "p.tag_id AS TagId, p.parent_id AS ParentId, p.max_depth AS MaxDepth, p.intransitive AS Intransitive, p.no_config AS NoConfig, p.filter AS Filter";

    /// <param name="moment">As of this event; null: now.</param>
    public static TagOrder Order(IDbConnection db, long tag, long? moment = null)
    {
        var counts = moment is null ? "p.unset_at IS NULL" : AsOf.Counts(moment, "p.");
        return Order(tag, [.. db.All<Row>($"""
            WITH RECURSIVE kin(id) AS (SELECT @tag UNION SELECT p.parent_id FROM tag_parents p JOIN kin ON kin.id = p.tag_id WHERE {counts})
            SELECT {Columns} FROM tag_parents p JOIN kin ON kin.id = p.tag_id WHERE {counts} ORDER BY p.tag_id, p.priority
            """, new { tag, moment }).Select(row => row.Link)]);
    }

    /// <summary>All links there are, each tag's in order of priority.</summary>
    public static IReadOnlyList<Link> All(IDbConnection db) =>
        [.. db.All<Row>($"SELECT {Columns} FROM tag_parents p WHERE p.unset_at IS NULL ORDER BY p.tag_id, p.priority").Select(row => row.Link)];

    /// <param name="links">In order of priority.</param>
    public static TagOrder Order(long tag, IReadOnlyList<Link> links) => Order(tag, links.ToLookup(link => link.TagId));

    public static TagOrder Order(long tag, ILookup<long, Link> links)
    {
        var found = new FoundWays(tag);
        Visit(tag, left: null, found.Own, []);
        return found.Order;

        void Visit(long at, int? left, TagOrder.Way way, IReadOnlyList<long> above)
        {
            if (left < 1) return;
            IReadOnlyList<long> top = [.. above, at];
            foreach (var link in links[at])
            {
                if (top.Contains(link.ParentId) || link.Intransitive && top.Count > 1) continue;
                var next = link.MaxDepth is { } most ? left is { } rest ? Math.Min(most, rest) - 1 : most : left - 1;
                var further = new TagOrder.Way(link.ParentId, link.Filter is null ? way.Filters : [.. way.Filters, PackageFilter.Of(link.Filter)], way.NoConfig || link.NoConfig);
                if (found.Add(further, next, top.Count)) Visit(link.ParentId, next, further, top);
            }
        }
    }

    /// <summary>What belongs to tags, the nearest tag's first.</summary>
    public static IEnumerable<T> InOrder<T>(this IEnumerable<T> rows, IReadOnlyList<long> order, Func<T, long> tag)
    {
        var of = rows.ToLookup(tag);
        return order.SelectMany(one => of[one]);
    }

    /// <summary>The tag and all that inherit from it, however far; some of them may not, where a link bounds it.</summary>
    public static IReadOnlyList<long> Heirs(long tag, IReadOnlyList<Link> links)
    {
        var children = links.ToLookup(link => link.ParentId, link => link.TagId);
        var (heirs, known) = (new List<long> { tag }, new HashSet<long> { tag });
        for (var at = 0; at < heirs.Count; at++) heirs.AddRange(children[heirs[at]].Where(known.Add));
        return heirs;
    }

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

    /// <summary>The ways that were found so far, and what makes another one worth taking.</summary>
    sealed class FoundWays(long tag)
    {
        readonly List<TagOrder.Way> ways = [new(tag, [], NoConfig: false)];
        readonly Dictionary<long, List<(TagOrder.Way Way, int? Left)>> before = [];
        bool cut;

        public TagOrder.Way Own => ways[0];

        public TagOrder Order => new(ways, isWhole: !cut);

        /// <returns>Whether it lets through what no earlier one does, and so is one of them now.</returns>
        public bool Add(TagOrder.Way way, int? left, int depth)
        {
            if (before.TryGetValue(way.TagId, out var earlier) && earlier.Exists(known => known.Way.LetsThrough(way) && (known.Left is null || left is not null && known.Left >= left))) return false;
            if (ways.Count >= MostWays || depth > Deepest)
            {
                cut = true;
                return false;
            }
            if (earlier is null) before[way.TagId] = earlier = [];
            earlier.Add((way, left));
            ways.Add(way);
            return true;
        }
    }
}
