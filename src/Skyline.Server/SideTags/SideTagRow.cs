using System.Data;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Privacy;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.SideTags;

/// <summary>A side tag as it is kept, and what its age is told from.</summary>
sealed record SideTagRow
{
    public long TagId { get; init; }
    public required string Name { get; init; }
    public long TargetId { get; init; }
    public long BaseTargetId { get; init; }
    public required string Base { get; init; }
    public long IntoId { get; init; }
    public required string Into { get; init; }
    public long OwnerId { get; init; }
    public required string Owner { get; init; }
    public string? Note { get; init; }
    public long CreatedAt { get; init; }
    public long? ExpiresAt { get; init; }
    public int Builds { get; init; }
    /// <summary>When anything last happened to it, or to a build for it.</summary>
    public long ChangedAt { get; init; }
    /// <summary>What keeps it from being removed: a batch of it that is not over, or a build that is on its way into it.</summary>
    public long? Batch { get; init; }
    public int Open { get; init; }

    const string Select = """
        SELECT s.tag_id AS TagId, t.name AS Name, s.target_id AS TargetId, s.base_target_id AS BaseTargetId, b.name AS Base, d.id AS IntoId, d.name AS "Into", s.owner_id AS OwnerId, u.name AS Owner, s.note AS Note,
               s.created_at AS CreatedAt, s.expires_at AS ExpiresAt,
               (SELECT count(*) FROM tag_builds g WHERE g.tag_id = s.tag_id AND g.untagged_at IS NULL) AS Builds,
               max(s.created_at, coalesce((SELECT max(e.at) FROM tag_events e WHERE e.tag_id = s.tag_id), 0), coalesce((SELECT max(max(o.submitted_at, coalesce(o.ended_at, 0))) FROM builds o WHERE o.target_id = s.target_id), 0)) AS ChangedAt,
               (SELECT min(c.id) FROM batches c WHERE c.state IN ('Planned', 'Running') AND (c.side_tag_id = s.tag_id OR c.target_id = s.target_id)) AS Batch,
               (SELECT count(*) FROM builds o WHERE o.target_id = s.target_id AND o.state IN ('Waiting', 'Building', 'Publishing')) AS Open
        FROM side_tags s JOIN tags t ON t.id = s.tag_id JOIN targets b ON b.id = s.base_target_id JOIN tags d ON d.id = b.destination_tag_id JOIN users u ON u.id = s.owner_id
        WHERE s.removed_at IS NULL
        """;

    public static SideTagRow? Find(IDbConnection db, string name) => db.One<SideTagRow>(Select + " AND t.name = @name", new { name }) is { } row && !Hidden.Tag(db, row.TagId) ? row : null;

    public static SideTagRow? Find(IDbConnection db, long tag) => db.One<SideTagRow>(Select + " AND s.tag_id = @tag", new { tag });

    public static IReadOnlyList<SideTagRow> All(IDbConnection db) => db.All<SideTagRow>(Select + " ORDER BY s.tag_id");

    public static Refusal None(string? name) => new(404, $"There is no side tag '{name}'; `skyline side-tag list` shows those that there are.");

    /// <param name="owner">Null: anybody's.</param>
    /// <param name="target">Null: beside any.</param>
    public static SideTagPage Page(IDbConnection db, SkylineSettings settings, string? owner, string? target, long? before, int limit)
    {
        var rows = db.All<SideTagRow>(Select + """
             AND (@owner IS NULL OR u.name = @owner) AND (@target IS NULL OR b.name = @target) AND (@before IS NULL OR s.tag_id < @before) ORDER BY s.tag_id DESC LIMIT @limit
            """, new { owner, target, before, limit });
        return new([.. rows.Select(row => row.OnTheWire(settings))], rows.Count == limit ? rows[^1].TagId : null);
    }

    public SideTagSummary OnTheWire(SkylineSettings settings)
    {
        var end = SideTagEnd.Of(this, settings);
        return new(Name, Base, Owner, Note, Builds, CreatedAt.ToTime(), end?.At.ToTime(), end?.Why);
    }

    public SideTagDetails Details(IDbConnection db, SkylineSettings settings) =>
        new(OnTheWire(settings), Into, ShowBuild.InTag(db, TagId), ShowBuild.OpenFor(db, TargetId));

    /// <summary>What must be over before it can go.</summary>
    public Refusal? WhyBusy => this switch
    {
        { Batch: { } batch } => new(409, $"Batch {batch} is built in '{Name}' and is not over; cancel it first: skyline batch cancel {batch}."),
        { Open: > 0 } => new(409, $"{Open} build{(Open == 1 ? " is" : "s are")} on the way into '{Name}'; wait for {(Open == 1 ? "it" : "them")}, or cancel {(Open == 1 ? "it" : "them")} first."),
        _ => null,
    };
}
