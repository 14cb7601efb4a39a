using System.Data;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <summary>
/// Packages that nobody can install any more: of builds that are in no tag and in no kept snapshot, uploads of scratch builds and of
/// runs that came to nothing, copies signed with keys that were retired. Their rows go; the blobs are the garbage collection's.
/// </summary>
/// <param name="going">Snapshots that are looked at as if they were gone already.</param>
sealed class RetiredPackages(Database database, SkylineSettings settings, DateTimeOffset now, IReadOnlyList<long> going)
{
    readonly string gone = JsonSerializer.Serialize(going);

    /// <summary>The newest build of a package stays (a draft is none), whatever became of its tags; and so does what another build was made from, as long as locks are kept.</summary>
    const string OldBuild = """
        b.scratch = 0 AND b.state = 'Complete' AND b.packages_removed_at IS NULL AND b.ended_at < @before
        AND EXISTS (SELECT 1 FROM rpms r WHERE r.build_id = b.id)
        AND NOT EXISTS (SELECT 1 FROM rpms r WHERE r.build_id = b.id AND r.added_at >= @before)
        AND NOT EXISTS (SELECT 1 FROM tag_builds g WHERE g.build_id = b.id AND (g.untagged_at IS NULL OR g.untagged_at >= @before))
        AND (b.draft = 1 OR EXISTS (SELECT 1 FROM builds n WHERE n.package = b.package AND n.id > b.id AND n.scratch = 0 AND n.draft = 0 AND n.state = 'Complete' AND n.packages_removed_at IS NULL))
        AND NOT EXISTS (SELECT 1 FROM rpms r JOIN tag_rpms t ON t.rpm_id = r.id WHERE r.build_id = b.id AND (t.until IS NULL OR EXISTS (
            SELECT 1 FROM snapshots s WHERE s.tag_id = t.tag_id AND s.id >= t.since AND s.id < t.until AND s.id NOT IN (SELECT CAST(value AS BIGINT) FROM json_each(@gone)))))
        AND NOT EXISTS (SELECT 1 FROM rpms r JOIN signed_rpms c ON c.rpm_id = r.id JOIN locked_packages p ON p.sha256 = c.sha256 WHERE r.build_id = b.id)
        """;

    const string OldUpload = """
        EXISTS (SELECT 1 FROM run_files f WHERE f.run_id = r.id) AND (
          b.scratch = 1 AND b.state IN ('Complete', 'Failed', 'Cancelled') AND b.ended_at < @scratchBefore
          OR r.state IN ('Failed', 'Lost', 'Cancelled') AND r.ended_at < @failedBefore
          OR b.state IN ('Failed', 'Cancelled') AND b.ended_at < @failedBefore)
        """;

    /// <summary>One signed copy of a package stays at least.</summary>
    const string OldCopy = """
        NOT EXISTS (SELECT 1 FROM tag_rpms t WHERE t.signed_id = c.id AND (t.until IS NULL OR EXISTS (
            SELECT 1 FROM snapshots s WHERE s.tag_id = t.tag_id AND s.id >= t.since AND s.id < t.until AND s.id NOT IN (SELECT CAST(value AS BIGINT) FROM json_each(@gone)))))
        AND c.key_id IN (SELECT k.id FROM signing_keys k WHERE k.state = 'Retired' AND NOT EXISTS (SELECT 1 FROM tag_keys u WHERE u.key_id = k.id AND u.until IS NULL))
        AND EXISTS (SELECT 1 FROM signed_rpms n WHERE n.rpm_id = c.rpm_id AND n.id > c.id)
        AND NOT EXISTS (SELECT 1 FROM locked_packages p WHERE p.sha256 = c.sha256)
        """;

    object Times => new { gone, before = Before(settings.KeepUntaggedDays), scratchBefore = Before(settings.KeepScratchDays), failedBefore = Before(settings.KeepFailedDays) };

    long Before(int days) => (now - TimeSpan.FromDays(days)).ToUnixTimeMilliseconds();

    public IReadOnlyList<RemovedBuild> Builds() => database.Read(db => db.All<RemovedBuild>($"SELECT b.id AS Id, b.nvr AS Nvr FROM builds b WHERE {OldBuild} ORDER BY b.id", Times));

    public IReadOnlyList<long> Uploads() => database.Read(db => db.All<long>($"""
        SELECT r.id FROM task_runs r JOIN build_tasks k ON k.id = r.task_id JOIN builds b ON b.id = k.build_id WHERE {OldUpload} ORDER BY r.id
        """, Times));

    public IReadOnlyList<long> SignedCopies() => database.Read(db => db.All<long>($"SELECT c.id FROM signed_rpms c WHERE {OldCopy} ORDER BY c.id", Times));

    public async Task<IReadOnlyList<RemovedBuild>> RemoveBuilds(CancellationToken ct)
    {
        var removed = new List<RemovedBuild>();
        foreach (var build in Builds())
            if (await database.Write(tx => RemoveBuild(tx, build.Id), ct)) removed.Add(build);
        return removed;
    }

    bool RemoveBuild(IDbTransaction tx, long build)
    {
        var (marked, why) = (now.ToUnixTimeMilliseconds(), $"Its packages were removed by retention on {Retention.Minute(now.ToUnixTimeMilliseconds())}: it was in no tag and no kept snapshot.");
        var args = new Dapper.DynamicParameters(Times);
        args.AddDynamicParams(new { build, marked, why });
        if (tx.Execute($"UPDATE builds AS b SET packages_removed_at = @marked, why = @why, revision = revision + 1 WHERE b.id = @build AND {OldBuild}", args) == 0) return false;
        tx.Execute($"DELETE FROM tag_rpms AS t WHERE t.rpm_id IN (SELECT id FROM rpms WHERE build_id = @build) AND {UnnamedRows.DeadInterval}", new { build });
        tx.Execute("DELETE FROM signed_rpms WHERE rpm_id IN (SELECT id FROM rpms WHERE build_id = @build)", new { build });
        tx.Execute("DELETE FROM rpms WHERE build_id = @build", new { build });
        tx.Execute("DELETE FROM run_files WHERE run_id IN (SELECT r.id FROM task_runs r JOIN build_tasks k ON k.id = r.task_id WHERE k.build_id = @build)", new { build });
        return true;
    }

    public async Task<int> RemoveUploads(CancellationToken ct)
    {
        var (runs, marked) = (Uploads(), now.ToUnixTimeMilliseconds());
        var why = $"Its packages were removed by retention on {Retention.Minute(marked)}: those of scratch builds are kept for {settings.KeepScratchDays} days.";
        foreach (var run in runs)
            await database.Write(tx =>
            {
                tx.Execute("DELETE FROM run_files WHERE run_id = @run", new { run });
                tx.Execute("""
                    UPDATE builds SET packages_removed_at = @marked, why = @why, revision = revision + 1 WHERE scratch = 1 AND state = 'Complete' AND packages_removed_at IS NULL
                      AND id = (SELECT k.build_id FROM build_tasks k JOIN task_runs r ON r.task_id = k.id WHERE r.id = @run)
                    """, new { run, marked, why });
            }, ct);
        return runs.Count;
    }

    public async Task<int> RemoveSignedCopies(CancellationToken ct)
    {
        var removed = 0;
        foreach (var some in SignedCopies().Chunk(UnnamedRows.AtOnce))
        {
            var args = new Dapper.DynamicParameters(Times);
            args.AddDynamicParams(new { some = JsonSerializer.Serialize(some) });
            removed += await database.Write(tx => tx.Execute($"DELETE FROM signed_rpms AS c WHERE c.id IN (SELECT CAST(value AS BIGINT) FROM json_each(@some)) AND {OldCopy}", args), ct);
        }
        return removed;
    }
}
