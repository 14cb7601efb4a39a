using System.Data;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Advisories;

/// <summary>A package that an advisory is to list: its build is in one of the tags.</summary>
sealed record Listed(long AdvisoryId, string Package, string Nvr, string Name, long Epoch, string Version, string Release, string Arch, string FileName, string RepoClass)
{
    public static IReadOnlyList<Listed> Read(IDbConnection db, IReadOnlyList<long> order, long first, long last) => db.All<Listed>("""
        SELECT x.advisory_id AS AdvisoryId, b.package AS Package, b.nvr AS Nvr, r.name AS Name, r.epoch AS Epoch, r.version AS Version, r.release AS Release,
               r.arch AS Arch, r.file_name AS FileName, r.repo_class AS RepoClass
        FROM advisory_builds x JOIN builds b ON b.id = x.build_id JOIN rpms r ON r.build_id = b.id
        WHERE x.advisory_id BETWEEN @first AND @last AND x.detached_at IS NULL
        AND EXISTS (SELECT 1 FROM tag_builds g WHERE g.build_id = b.id AND g.tag_id IN @order AND g.untagged_at IS NULL)
        ORDER BY r.file_name
        """, new { order, first, last });

    /// <summary>Packages that the tags hide or a filter keeps out, whichever builds of them they have.</summary>
    public static IReadOnlySet<string> Hidden(IDbConnection db, TagOrder order)
    {
        if (order.IsFiltered) return EffectiveBuilds.Decide(order, all: false, EffectiveBuilds.Rows.Read(db, order, packages: null)).Where(one => one.Builds.Count == 0).Select(one => one.Package).ToHashSet();
        var blocked = db.All<string>("SELECT DISTINCT package FROM tag_blocks WHERE tag_id IN @order AND unblocked_at IS NULL", new { order });
        return blocked.Count == 0 ? new HashSet<string>() : blocked.Except(PackagesOf(db, EffectiveBuilds.Read(db, order, all: false, blocked))).ToHashSet();
    }

    static IEnumerable<string> PackagesOf(IDbConnection db, IReadOnlyList<long> builds) =>
        builds.Chunk(500).SelectMany(some => db.All<string>("SELECT package FROM builds WHERE id IN @some", new { some }));
}
