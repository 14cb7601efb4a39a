using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Notices;

/// <summary>Who is told of a package in a tag: who built last what it is a build of there.</summary>
static class PackageOwner
{
    public static long? Of(IDbTransaction tx, long tag, string package) => tx.One<long?>("""
        SELECT b.owner_id FROM builds b WHERE b.package = @package AND b.scratch = 0 AND b.state = 'Complete'
        ORDER BY EXISTS (SELECT 1 FROM tag_builds t WHERE t.build_id = b.id AND t.tag_id = @tag AND t.untagged_at IS NULL) DESC, b.id DESC LIMIT 1
        """, new { tag, package });
}
