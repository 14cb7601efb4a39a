using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>A target as the list of them shows it.</summary>
sealed record ListedTarget
{
    public long Id { get; init; }
    public required string Name { get; init; }
    public required string BuildTag { get; init; }
    public required string DestinationTag { get; init; }
    public long DestinationId { get; init; }
    public required string Channel { get; init; }
    public bool Locked { get; init; }
    public long Open { get; init; }
    /// <summary>It goes with that.</summary>
    public bool OfSideTag { get; init; }
}

static class ListTargets
{
    public const int Most = 500;

    /// <param name="part">Of its name or of its tags'; null: all.</param>
    /// <returns>The targets in the order of their names, and whether there are more than are given.</returns>
    public static (IReadOnlyList<ListedTarget> Targets, bool More) Of(IDbConnection db, string? part)
    {
        var rows = db.All<ListedTarget>("""
            SELECT t.id AS Id, t.name AS Name, b.name AS BuildTag, d.name AS DestinationTag, d.id AS DestinationId, c.name AS Channel, d.locked AS Locked,
                   (SELECT count(*) FROM builds o WHERE o.target_id = t.id AND o.state IN ('Waiting', 'Building', 'Publishing')) AS Open,
                   EXISTS (SELECT 1 FROM side_tags s WHERE s.target_id = t.id AND s.removed_at IS NULL) AS OfSideTag
            FROM targets t JOIN tags b ON b.id = t.build_tag_id JOIN tags d ON d.id = t.destination_tag_id JOIN channels c ON c.id = t.channel_id
            WHERE t.removed_at IS NULL AND (@part IS NULL OR instr(lower(t.name), lower(@part)) > 0 OR instr(lower(b.name), lower(@part)) > 0 OR instr(lower(d.name), lower(@part)) > 0)
            ORDER BY t.name LIMIT @most
            """, new { part = string.IsNullOrWhiteSpace(part) ? null : part.Trim(), most = Most + 1 });
        return ([.. rows.Take(Most)], rows.Count > Most);
    }

    /// <summary>Channels to choose among, for a form.</summary>
    public static IReadOnlyList<string> Channels(IDbConnection db) => db.All<string>("SELECT name FROM channels ORDER BY id");
}
