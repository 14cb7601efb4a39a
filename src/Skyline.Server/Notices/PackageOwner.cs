using System.Data;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Notices;

/// <summary>Who is told of a package in a tag: who owns it there, by the nearest tag's word; else who built it last.</summary>
static class PackageOwner
{
    public static long? Of(IDbTransaction tx, long tag, string package) =>
        LatestRows.Owners(tx.Connection!, Inheritance.Order(tx.Connection!, tag), [package], moment: null).TryGetValue(package, out var owner) ? owner : LastBuilder(tx, tag, package);

    static long? LastBuilder(IDbTransaction tx, long tag, string package) => tx.One<long?>("""
        SELECT b.owner_id FROM builds b WHERE b.package = @package AND b.scratch = 0 AND b.state = 'Complete'
        ORDER BY EXISTS (SELECT 1 FROM tag_builds t WHERE t.build_id = b.id AND t.tag_id = @tag AND t.untagged_at IS NULL) DESC, b.id DESC LIMIT 1
        """, new { tag, package });
}
