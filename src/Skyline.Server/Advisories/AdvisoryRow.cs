using System.Data;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Storage;

namespace Skyline.Server.Advisories;

/// <summary>An advisory as it is kept.</summary>
sealed record AdvisoryRow(
    long Id, long TagId, string Tag, string Name, string State, string Type, string Severity, string Title, string Summary, string Description, string Rights,
    long Suggests, string Links, string Owner, long Version, long CreatedAt, long? IssuedAt, long ChangedAt)
{
    sealed record Attached
    {
        public long Id { get; init; }
        public required string Nvr { get; init; }
        public long InTag { get; init; }
    }

    const string Select = """
        SELECT a.id AS Id, a.tag_id AS TagId, t.name AS Tag, a.name AS Name, a.state AS State, a.type AS Type, a.severity AS Severity, a.title AS Title,
               a.summary AS Summary, a.description AS Description, a.rights AS Rights, a.suggests AS Suggests, a.links AS Links, u.name AS Owner,
               a.version AS Version, a.created_at AS CreatedAt, a.issued_at AS IssuedAt, a.changed_at AS ChangedAt
        FROM advisories a JOIN tags t ON t.id = a.tag_id JOIN users u ON u.id = a.owner_id
        """;

    public static AdvisoryRow? Find(IDbConnection db, string name) => db.One<AdvisoryRow>(Select + " WHERE a.name = @name", new { name });

    /// <summary>Those that clients are told of.</summary>
    public static IReadOnlyList<AdvisoryRow> Published(IDbConnection db, IReadOnlyList<long> tags) =>
        db.All<AdvisoryRow>(Select + " WHERE a.tag_id IN @tags AND a.state = 'Published' ORDER BY a.name", new { tags });

    public static AdvisoryPage Page(IDbConnection db, string? tag, AdvisoryState? state, long? before, int limit)
    {
        var rows = db.All<AdvisoryRow>(Select + """
             WHERE (@tag IS NULL OR t.name = @tag) AND (@state IS NULL OR a.state = @state) AND (@before IS NULL OR a.id < @before) ORDER BY a.id DESC LIMIT @limit
            """, new { tag, state = state?.ToString(), before, limit });
        return new([.. rows.Select(row => row.OnTheWire())], rows.Count == limit ? rows[^1].Id : null);
    }

    public AdvisorySuggests Does => (AdvisorySuggests)Suggests;

    public IReadOnlyList<AdvisoryReference> References => JsonSerializer.Deserialize(Links, SkylineJson.Default.IReadOnlyListAdvisoryReference)!;

    AdvisorySummary OnTheWire() => new(
        Name, Tag, Enum.Parse<AdvisoryState>(State), Enum.Parse<AdvisoryType>(Type), Enum.Parse<AdvisorySeverity>(Severity), Title, IssuedAt.ToTime(), ChangedAt.ToTime());

    public AdvisoryDetails Details(IDbConnection db) => new(
        Name, Tag, Enum.Parse<AdvisoryState>(State), Enum.Parse<AdvisoryType>(Type), Enum.Parse<AdvisorySeverity>(Severity), Title, Summary, Description, Rights,
        Does.HasFlag(AdvisorySuggests.Reboot), Does.HasFlag(AdvisorySuggests.Restart), Does.HasFlag(AdvisorySuggests.Relogin), References,
        [.. db.All<Attached>("""
            SELECT b.id AS Id, b.nvr AS Nvr, EXISTS (SELECT 1 FROM tag_builds g WHERE g.build_id = b.id AND g.tag_id = @TagId AND g.untagged_at IS NULL) AS InTag
            FROM advisory_builds x JOIN builds b ON b.id = x.build_id WHERE x.advisory_id = @Id AND x.detached_at IS NULL ORDER BY b.nvr
            """, new { TagId, Id }).Select(build => new AdvisoryBuild(build.Id, build.Nvr, build.InTag == 1))],
        Owner, Version, CreatedAt.ToTime(), IssuedAt.ToTime(), ChangedAt.ToTime());
}
