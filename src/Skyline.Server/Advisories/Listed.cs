using System.Data;
using Skyline.Server.Repos;
using Skyline.Server.Storage;

namespace Skyline.Server.Advisories;

/// <summary>A package that an advisory is to list: its build is in one of the tags, and none of them hides it.</summary>
sealed record Listed(long AdvisoryId, string Package, string Nvr, string Name, long Epoch, string Version, string Release, string Arch, string FileName, string RepoClass)
{
    public static IReadOnlyList<Listed> Read(IDbConnection db, IReadOnlyList<long> order)
    {
        var blocked = db.All<string>("SELECT DISTINCT package FROM tag_blocks WHERE tag_id IN @order AND unblocked_at IS NULL", new { order });
        var hidden = blocked.Count == 0 ? [] : blocked.Except(PackagesOf(db, EffectiveBuilds.Read(db, order, all: false, blocked))).ToHashSet();
        return [.. db.All<Listed>("""
            SELECT x.advisory_id AS AdvisoryId, b.package AS Package, b.nvr AS Nvr, r.name AS Name, r.epoch AS Epoch, r.version AS Version, r.release AS Release,
                   r.arch AS Arch, r.file_name AS FileName, r.repo_class AS RepoClass
            FROM advisories a JOIN advisory_builds x ON x.advisory_id = a.id AND x.detached_at IS NULL JOIN builds b ON b.id = x.build_id JOIN rpms r ON r.build_id = b.id
            WHERE a.tag_id IN @order AND a.state = 'Published'
            AND EXISTS (SELECT 1 FROM tag_builds g WHERE g.build_id = b.id AND g.tag_id IN @order AND g.untagged_at IS NULL)
            ORDER BY r.file_name
            """, new { order }).Where(rpm => !hidden.Contains(rpm.Package))];
    }

    static IEnumerable<string> PackagesOf(IDbConnection db, IReadOnlyList<long> builds) =>
        builds.Chunk(500).SelectMany(some => db.All<string>("SELECT package FROM builds WHERE id IN @some", new { some }));
}
