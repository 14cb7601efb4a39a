using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Builds;

/// <summary>Whether a build that is an earlier one anew came out the same: the content hashes of its binary packages say it.</summary>
static class SameAgain
{
    sealed record Row
    {
        public required string Arch { get; init; }
        public required string FileName { get; init; }
        public required string ContentHash { get; init; }
    }

    public static RebuildDetails? Of(IDbConnection db, long build)
    {
        if (db.One<long?>("SELECT rebuilds_id FROM builds WHERE id = @build", new { build }) is not { } original) return null;
        var locked = db.One<bool>("SELECT EXISTS (SELECT 1 FROM build_tasks WHERE build_id = @build AND like_run_id IS NOT NULL)", new { build });
        var (before, after) = (Packages(db, original), Packages(db, build));
        if (before.Count == 0 || after.Count == 0) return new(original, locked, null, []);
        var differs = before.Keys.Union(after.Keys).Where(key => before.GetValueOrDefault(key) != after.GetValueOrDefault(key)).Order(StringComparer.Ordinal).ToList();
        return new(original, locked, differs.Count == 0, differs);
    }

    /// <summary>Of a complete build, by architecture of the task: a noarch package is compared with the one from the same place.</summary>
    static Dictionary<string, string> Packages(IDbConnection db, long build) => db.All<Row>("""
        SELECT t.arch, f.file_name AS FileName, f.content_hash AS ContentHash
        FROM run_files f JOIN task_runs r ON r.id = f.run_id JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id
        WHERE b.id = @build AND b.state = 'Complete' AND t.kind = 'buildArch' AND r.state = 'Succeeded' AND f.source_rpm IS NOT NULL
        """, new { build }).GroupBy(row => $"{row.Arch}/{row.FileName}").ToDictionary(rows => rows.Key, rows => rows.First().ContentHash);
}
