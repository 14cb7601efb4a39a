using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Repos;

/// <summary>A tag's repository as the list of them shows it.</summary>
sealed record ListedRepo
{
    public long TagId { get; init; }
    public required string Tag { get; init; }
    public bool Private { get; init; }
    public bool Side { get; init; }
    public long? SnapshotId { get; init; }
    public string? Hash { get; init; }
    public long? CreatedAt { get; init; }
    public long Snapshots { get; init; }
    /// <summary>What its newest snapshot is signed with.</summary>
    public string? Fingerprint { get; init; }
    public bool OwnKey { get; init; }
    /// <summary>What has happened to it is not in its newest snapshot yet.</summary>
    public bool Behind { get; init; }
}

static class ListRepos
{
    public const int PageSize = 50;

    /// <param name="part">Of the tag's name; null: all.</param>
    /// <param name="after">The tag after which to begin.</param>
    /// <returns>A page of them, and whether there are more.</returns>
    public static (IReadOnlyList<ListedRepo> Repos, bool More) Of(IDbConnection db, string? part, string? after)
    {
        var rows = db.All<ListedRepo>("""
            SELECT t.id AS TagId, t.name AS Tag, t.private AS Private, EXISTS (SELECT 1 FROM side_tags x WHERE x.tag_id = t.id AND x.removed_at IS NULL) AS Side,
                   s.id AS SnapshotId, s.hash AS Hash, s.created_at AS CreatedAt, (SELECT count(*) FROM snapshots n WHERE n.tag_id = t.id) AS Snapshots,
                   k.fingerprint AS Fingerprint, k.tag_id IS NOT NULL AS OwnKey, t.changed_event > t.published_event AS Behind
            FROM tags t LEFT JOIN snapshots s ON s.id = (SELECT max(n.id) FROM snapshots n WHERE n.tag_id = t.id) LEFT JOIN signing_keys k ON k.id = s.key_id
            WHERE t.removed_at IS NULL AND (@part IS NULL OR instr(lower(t.name), lower(@part)) > 0) AND (@after IS NULL OR t.name > @after) ORDER BY t.name LIMIT @most
            """, new { part = string.IsNullOrWhiteSpace(part) ? null : part.Trim(), after = string.IsNullOrEmpty(after) ? null : after, most = PageSize + 1 });
        return ([.. rows.Take(PageSize)], rows.Count > PageSize);
    }
}
