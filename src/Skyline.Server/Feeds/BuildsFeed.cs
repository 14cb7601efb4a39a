using System.Data;
using Skyline.Protocol;
using Skyline.Server.Histories;
using Skyline.Server.Storage;

namespace Skyline.Server.Feeds;

/// <summary>Builds that are over, the newest first.</summary>
static class BuildsFeed
{
    sealed record Row(long Id, string Nvr, string State, long Scratch, string Owner, string? Target, string? Why, long EndedAt);

    /// <param name="owner">Null: anybody's.</param>
    /// <param name="package">Null: any.</param>
    /// <param name="tag">For which they were built; null: any.</param>
    public static AtomFeed Read(IDbConnection db, string? owner, string? package, string? tag, string path) => new(
        $"Builds{(package is null ? "" : $" of {package}")}{(tag is null ? "" : $" for {tag}")}{(owner is null ? "" : $" by {owner}")}", path, tag is null ? "/builds" : $"/tags/{TagAddress.Of(tag)}", AtomFeed.BirthOf(db),
        [.. db.All<Row>("""
            SELECT b.id AS Id, b.nvr AS Nvr, b.state AS State, b.scratch AS Scratch, u.name AS Owner, g.name AS Target, b.why AS Why, b.ended_at AS EndedAt
            FROM builds b JOIN users u ON u.id = b.owner_id LEFT JOIN targets g ON g.id = b.target_id LEFT JOIN tags t ON t.id = g.destination_tag_id
            WHERE b.ended_at IS NOT NULL AND b.state IN ('Complete', 'Failed', 'Cancelled') AND (@owner IS NULL OR u.name = @owner) AND (@package IS NULL OR b.package = @package) AND (@tag IS NULL OR t.name = @tag)
            ORDER BY b.id DESC LIMIT @Most
            """, new { owner, package, tag, AtomFeed.Most }).Select(Entry)]);

    static FeedEntry Entry(Row row) => new(
        $"build {row.Id}", $"{row.Nvr} {row.State switch { "Complete" => "is built", "Failed" => "failed", _ => "was cancelled" }}", $"Build {row.Id}{(row.Target is { } target ? $" for {target}" : "")}{(row.Scratch == 1 ? ", scratch" : "")}{(row.Why is { } why && row.State != "Complete" ? $": {FirstLine.Of(why)}" : ".")}",
        $"/builds/{row.Id}", row.Owner, row.State.ToLowerInvariant(), row.EndedAt);
}
