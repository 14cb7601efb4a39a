using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>A tag with all that it inherits from and all that inherit from it, as a picture of them shows it.</summary>
public sealed record Ancestry(IReadOnlyList<Ancestry.Node> Nodes, IReadOnlyList<Ancestry.Edge> Edges, bool More)
{
    /// <summary>A picture of more says nothing.</summary>
    const int Most = 120;

    public sealed record Node(long Id, string Name, string Address, bool Own);

    /// <param name="From">Who inherits.</param>
    /// <param name="Words">The link's place among its tag's, and what bounds it.</param>
    public sealed record Edge(long From, long To, string Words);

    sealed record Row
    {
        public long From { get; init; }
        public long To { get; init; }
        public long Priority { get; init; }
        public long? MaxDepth { get; init; }
        public bool Intransitive { get; init; }
        public bool NoConfig { get; init; }
        public string? Filter { get; init; }
    }

    const string Links = """
        SELECT p.tag_id AS "From", p.parent_id AS "To", p.priority AS Priority, p.max_depth AS MaxDepth, p.intransitive AS Intransitive, p.no_config AS NoConfig, p.filter AS Filter
        FROM tag_parents p WHERE p.unset_at IS NULL
        """;

    /// <summary>Of one tag: upwards all, downwards those that inherit from it.</summary>
    internal static Ancestry Of(IDbConnection db, Tag tag) => Of(db, [.. db.All<long>("""
        SELECT @Id UNION SELECT from_id FROM tag_kin WHERE tag_id = @Id UNION SELECT tag_id FROM tag_kin WHERE from_id = @Id
        """, new { tag.Id })], tag.Id);

    /// <summary>Of several tags.</summary>
    internal static Ancestry Of(IDbConnection db, IReadOnlyList<long> tags, long? own = null)
    {
        // (A row of a tag that is hidden from who looks is in no answer.)
        var nodes = tags.Chunk(500).SelectMany(some => db.All<(long Id, string Name, long Side)>("""
            SELECT t.id, t.name, EXISTS (SELECT 1 FROM side_tags s WHERE s.tag_id = t.id AND s.removed_at IS NULL) FROM tags t WHERE t.id IN @some AND t.removed_at IS NULL ORDER BY t.id
            """, new { some })).OrderByDescending(node => node.Id == own).ThenBy(node => node.Id).Take(Most + 1).ToList();
        var shown = nodes.Take(Most).Select(node => node.Id).ToHashSet();
        var edges = shown.Count < 2 ? [] : db.All<Row>(Links + " AND p.tag_id IN @shown AND p.parent_id IN @shown ORDER BY p.tag_id, p.priority", new { shown });
        return new([.. nodes.Take(Most).Select(node => new Node(node.Id, node.Name, $"{(node.Side == 1 ? "/side-tags/" : "/tags/")}{Skyline.Protocol.TagAddress.Of(node.Name)}", node.Id == own))],
            [.. edges.Select(edge => new Edge(edge.From, edge.To, edge.Priority + new Parent(edge.To, "", edge.Priority, (int?)edge.MaxDepth, edge.Intransitive, edge.NoConfig, edge.Filter).Bounds))], nodes.Count > Most);
    }
}
