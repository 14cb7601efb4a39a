using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>A tag as the list of them shows it.</summary>
public sealed record ListedTag
{
    public long Id { get; init; }
    public required string Name { get; init; }
    public required string Chroot { get; init; }
    public required string Description { get; init; }
    public string? Owner { get; init; }
    public bool Side { get; init; }
    public bool Private { get; init; }
    public bool Locked { get; init; }
    /// <summary>In it itself, without those that it inherits.</summary>
    public long Builds { get; init; }
    public long? SnapshotAt { get; init; }

    public string Kind => Side ? "side" : Owner is null ? "shared" : "personal";

    /// <summary>Where its page is: a side tag has one of its own.</summary>
    public string Address => $"{(Side ? "/side-tags/" : "/tags/")}{Skyline.Protocol.TagAddress.Of(Name)}";
}

/// <summary>All tags that who asks may see, in the order of their names, by a few queries whatever their number.</summary>
static class ListTags
{
    /// <summary>So many are shown at once; who looks for others says a part of their names.</summary>
    public const int Most = 1000;

    /// <param name="part">Of the name or the description; null: all.</param>
    /// <param name="kind">shared, personal or side; null: all.</param>
    /// <returns>The tags, and whether there are more than are given.</returns>
    public static (IReadOnlyList<ListedTag> Tags, bool More) Of(IDbConnection db, string? part, string? kind)
    {
        var rows = db.All<ListedTag>("""
            SELECT t.id AS Id, t.name AS Name, t.chroot AS Chroot, t.description AS Description, u.name AS Owner, t.private AS Private, t.locked AS Locked,
                   EXISTS (SELECT 1 FROM side_tags s WHERE s.tag_id = t.id AND s.removed_at IS NULL) AS Side,
                   (SELECT count(*) FROM tag_builds b WHERE b.tag_id = t.id AND b.untagged_at IS NULL) AS Builds,
                   (SELECT s.created_at FROM snapshots s WHERE s.tag_id = t.id ORDER BY s.id DESC LIMIT 1) AS SnapshotAt
            FROM tags t LEFT JOIN users u ON u.id = t.owner_id
            WHERE t.removed_at IS NULL AND (@part IS NULL OR instr(lower(t.name), lower(@part)) > 0 OR instr(lower(t.description), lower(@part)) > 0)
              AND CASE @kind WHEN 'side' THEN EXISTS (SELECT 1 FROM side_tags s WHERE s.tag_id = t.id AND s.removed_at IS NULL)
                             WHEN 'personal' THEN t.owner_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM side_tags s WHERE s.tag_id = t.id AND s.removed_at IS NULL)
                             WHEN 'shared' THEN t.owner_id IS NULL ELSE TRUE END
            ORDER BY t.name LIMIT @most
            """, new { part = string.IsNullOrWhiteSpace(part) ? null : part.Trim(), kind, most = Most + 1 });
        return ([.. rows.Take(Most)], rows.Count > Most);
    }

    /// <summary>Names to choose among, for a form.</summary>
    public static IReadOnlyList<string> Names(IDbConnection db) => db.All<string>("SELECT name FROM tags WHERE removed_at IS NULL ORDER BY name LIMIT 2000");
}
