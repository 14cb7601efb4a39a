using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>What a tag's page says of it at a glance.</summary>
/// <param name="Builds">In it itself.</param>
/// <param name="Snapshots">That are kept.</param>
sealed record TagFacts(long Builds, long Snapshots, IReadOnlyList<TagFacts.Use> Targets, IReadOnlyList<string> Heirs)
{
    /// <summary>A target that builds with the tag or into it.</summary>
    public sealed record Use
    {
        public required string Name { get; init; }
        public required string BuildTag { get; init; }
        public required string DestinationTag { get; init; }
        public long Open { get; init; }
        public bool OfSideTag { get; init; }
    }

    /// <returns>A target whose builds go into the tag, the one of its own name before others; null: there is none.</returns>
    public static string? TargetInto(IDbConnection db, long tag) => db.One<string>(
        "SELECT t.name FROM targets t JOIN tags d ON d.id = t.destination_tag_id WHERE t.destination_tag_id = @tag AND t.removed_at IS NULL ORDER BY t.name <> d.name, t.name LIMIT 1", new { tag });

    /// <summary>How many are in it itself.</summary>
    public static long BuildsIn(IDbConnection db, long tag) => db.One<long>("SELECT count(*) FROM tag_builds WHERE tag_id = @tag AND untagged_at IS NULL", new { tag });

    public static TagFacts Of(IDbConnection db, long tag) => new(
        BuildsIn(db, tag),
        db.One<long>("SELECT count(*) FROM snapshots WHERE tag_id = @tag", new { tag }),
        db.All<Use>("""
            SELECT t.name AS Name, w.name AS BuildTag, d.name AS DestinationTag,
                   (SELECT count(*) FROM builds o WHERE o.target_id = t.id AND o.state IN ('Waiting', 'Building', 'Publishing')) AS Open,
                   EXISTS (SELECT 1 FROM side_tags s WHERE s.target_id = t.id AND s.removed_at IS NULL) AS OfSideTag
            FROM targets t JOIN tags w ON w.id = t.build_tag_id JOIN tags d ON d.id = t.destination_tag_id
            WHERE t.removed_at IS NULL AND (t.build_tag_id = @tag OR t.destination_tag_id = @tag) ORDER BY t.name
            """, new { tag }),
        db.All<string>("SELECT t.name FROM tag_parents p JOIN tags t ON t.id = p.tag_id WHERE p.parent_id = @tag AND p.unset_at IS NULL AND t.removed_at IS NULL ORDER BY t.name", new { tag }));
}
