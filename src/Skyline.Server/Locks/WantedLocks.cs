using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Locks;

/// <summary>Of which builds the locks' packages are kept.</summary>
public enum LockKeeping
{
    /// <summary>Of all that are complete, scratch builds too, as long as their own packages are kept.</summary>
    All,
    /// <summary>Of published ones only.</summary>
    Published,
    None,
}

/// <summary>
/// Locks whose packages are to be kept: those of complete builds that have their own packages still, and what the last good and the first
/// bad build of a package were made from, so that the update between can be found.
/// </summary>
static class WantedLocks
{
    /// <summary>Of lock l; @all: of scratch builds too, @none: of none but those of bisections that are under way.</summary>
    public const string Wanted = """
        (@none = 0 AND EXISTS (SELECT 1 FROM task_runs r JOIN build_tasks k ON k.id = r.task_id JOIN builds b ON b.id = k.build_id
            WHERE r.lock_sha256 = l.sha256 AND r.state = 'Succeeded' AND b.state = 'Complete' AND b.packages_removed_at IS NULL AND (b.scratch = 0 OR @all = 1))
          OR @none = 0 AND EXISTS (SELECT 1 FROM task_runs r JOIN build_tasks k ON k.id = r.task_id WHERE r.lock_sha256 = l.sha256
            AND (EXISTS (SELECT 1 FROM package_states s WHERE s.good_build_id = k.build_id) OR EXISTS (SELECT 1 FROM package_states s WHERE s.bad_build_id = k.build_id)))
          OR EXISTS (SELECT 1 FROM bisections x JOIN task_runs r ON r.id IN (x.good_run_id, x.bad_run_id) WHERE x.state = 'Running' AND r.lock_sha256 = l.sha256))
        """;

    public static object By(LockKeeping keep, object? more = null)
    {
        var args = new Dapper.DynamicParameters(more);
        args.AddDynamicParams(new { all = keep == LockKeeping.All ? 1 : 0, none = keep == LockKeeping.None ? 1 : 0 });
        return args;
    }

    /// <summary>What retention lets go of: rows first; the blobs are the garbage collection's.</summary>
    public static Task<int> RemoveOthers(Database database, LockKeeping keep, CancellationToken ct) => database.Write(tx =>
    {
        var gone = tx.All<long>($"SELECT l.id FROM locks l WHERE l.noted_at IS NOT NULL AND NOT {Wanted}", By(keep));
        foreach (var some in gone.Chunk(500))
        {
            tx.Execute("DELETE FROM lock_packages WHERE lock_id IN @some", new { some });
            tx.Execute("DELETE FROM locks WHERE id IN @some", new { some });
        }
        tx.Execute("DELETE FROM locked_packages AS p WHERE NOT EXISTS (SELECT 1 FROM lock_packages x WHERE x.package_id = p.id)");
        return gone.Count;
    }, ct);
}
