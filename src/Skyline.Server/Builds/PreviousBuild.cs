using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Builds;

/// <summary>The build that a build is naturally compared with: the newest complete one before it of the same package for the same target, real ones before scratch ones.</summary>
public sealed record PreviousBuild(long Id, string Nvr)
{
    public static PreviousBuild? Of(IDbConnection db, long build) => db.One<PreviousBuild>("""
        SELECT o.id AS Id, o.nvr AS Nvr FROM builds b JOIN builds o ON o.package = b.package AND o.target_id = b.target_id AND o.id < b.id AND o.state = 'Complete'
        WHERE b.id = @build AND b.package IS NOT NULL ORDER BY o.scratch > b.scratch, o.id DESC LIMIT 1
        """, new { build });
}
