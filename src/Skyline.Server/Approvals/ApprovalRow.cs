using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Approvals;

/// <summary>Something that waits for a second person, or did.</summary>
sealed record ApprovalRow
{
    public long Id { get; init; }
    public required string State { get; init; }
    public long MadeBy { get; init; }
    public required string Maker { get; init; }
    public string? Scopes { get; init; }

    /// <summary>The token that it was asked for with was taken back since.</summary>
    public bool Revoked { get; init; }
    public long MadeAt { get; init; }
    public long ExpiresAt { get; init; }
    public required string Act { get; init; }
    public required string Needs { get; init; }
    public string? Method { get; init; }
    public string? Door { get; init; }
    public string? Path { get; init; }
    public string? Route { get; init; }
    public string? Query { get; init; }
    public string? ContentType { get; init; }
    public byte[]? Body { get; init; }
    public long? BuildId { get; init; }
    public required string Changes { get; init; }
    public required string Digest { get; init; }
    public string? Decider { get; init; }
    public long? DecidedAt { get; init; }
    public string? Reason { get; init; }
    public long? WaivedAt { get; init; }
    public long Revision { get; init; }

    const string Select = """
        SELECT a.id AS Id, a.state AS State, a.made_by AS MadeBy, m.name AS Maker, a.scopes AS Scopes, EXISTS (SELECT 1 FROM tokens t WHERE t.id = a.token_id AND t.revoked_at IS NOT NULL) AS Revoked, a.made_at AS MadeAt, a.expires_at AS ExpiresAt, a.act AS Act, a.needs AS Needs, a.method AS Method, a.door AS Door, a.path AS Path,
               a.route AS Route, a.query AS Query, a.content_type AS ContentType, a.body AS Body, a.build_id AS BuildId, a.changes AS Changes, a.digest AS Digest, d.name AS Decider, a.decided_at AS DecidedAt,
               a.reason AS Reason, a.waived_at AS WaivedAt, a.revision AS Revision
        FROM approvals a JOIN users m ON m.id = a.made_by LEFT JOIN users d ON d.id = a.decided_by
        """;

    public static ApprovalRow? Find(IDbConnection db, long id) => db.One<ApprovalRow>(Select + " WHERE a.id = @id", new { id });

    public static IReadOnlyList<ApprovalRow> Page(IDbConnection db, bool waiting, long? before, int limit, long now) =>
        db.All<ApprovalRow>($"{Select} WHERE (@before IS NULL OR a.id < @before) {(waiting ? "AND a.state = 'Waiting' AND a.expires_at > @now" : "")} ORDER BY a.id DESC LIMIT @limit", new { before, limit, now });

    /// <summary>What nobody decided in time is over, whether or not the clock has said so yet.</summary>
    public ApprovalState StateAt(long now) => Enum.Parse<ApprovalState>(State) is var state && state == ApprovalState.Waiting && ExpiresAt <= now ? ApprovalState.Expired : state;

    public Refusal? WhyOver(long now) => StateAt(now) is var state && state == ApprovalState.Waiting ? null
        : new(409, $"Approval {Id} does not wait any more: {Ended(state)}.");

    string Ended(ApprovalState state) => state switch
    {
        ApprovalState.Done => $"{Decider} agreed to it",
        ApprovalState.Refused => $"{Decider} refused it{(Reason is null ? "" : $" ({Reason})")}",
        ApprovalState.Withdrawn => $"{Maker} withdrew it",
        ApprovalState.Stale => $"it was stale: {Reason}",
        _ => "nobody agreed to it in time",
    };

    public static Refusal None(long id) => new(404, $"There is no approval {id}; see: skyline approval list");

    public IReadOnlyList<long> TagIds(IDbConnection db) => db.All<long>("SELECT tag_id FROM approval_tags WHERE approval_id = @Id ORDER BY tag_id", new { Id });

    public IReadOnlyList<string> TagNames(IDbConnection db) => db.All<string>("SELECT t.name FROM approval_tags a JOIN tags t ON t.id = a.tag_id WHERE a.approval_id = @Id ORDER BY t.name", new { Id });
}
