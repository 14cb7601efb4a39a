using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Builds;

/// <summary>Complete builds of a build's package, for whatever target, the newest first: what it may be compared with.</summary>
sealed record OtherBuild
{
    public long Id { get; init; }
    public required string Nvr { get; init; }
    public string? Target { get; init; }
    public bool Scratch { get; init; }
    public long EndedAt { get; init; }

    const int Most = 100;

    /// <returns>Null: there is no such build.</returns>
    public static string? NameOf(IDbConnection db, long build) => db.One<string>("SELECT nvr FROM builds WHERE id = @build", new { build });

    public static IReadOnlyList<OtherBuild> Of(IDbConnection db, long build) => db.All<OtherBuild>("""
        SELECT o.id AS Id, o.nvr AS Nvr, t.name AS Target, o.scratch AS Scratch, coalesce(o.ended_at, o.submitted_at) AS EndedAt
        FROM builds b JOIN builds o ON o.package = b.package AND o.id <> b.id AND o.state = 'Complete' LEFT JOIN targets t ON t.id = o.target_id WHERE b.id = @build ORDER BY o.id DESC LIMIT @Most
        """, new { build, Most });
}
