using System.Data;
using Dapper;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Externals;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Tasks;

/// <summary>Gives a waiting run to the builder that asks; holds the request open while there is none.</summary>
public sealed class LeaseTask(Database database, Bells bells, Chroots chroots, CurrentSnapshots current, SkylineSettings settings, TimeProvider time)
{
    static readonly TimeSpan longestWait = TimeSpan.FromSeconds(60);

    public async Task<LeasedRun?> Lease(long builder, LeaseRequest request, CancellationToken ct)
    {
        if (request.Arches is not { Count: > 0 } || request.Arches.Any(string.IsNullOrEmpty)) throw new BadHttpRequestException("A lease needs the architectures that the builder can build.");
        await Greet(builder, request, ct);
        var until = time.GetUtcNow() + TimeSpan.FromSeconds(Math.Clamp(request.WaitSeconds, 0, longestWait.TotalSeconds));
        while (true)
        {
            var bell = bells.Next(Bells.Work);
            if (await Claim(builder, request.Engines ?? ["overlay"], ct) is { } run) return Describe(run);
            var left = until - time.GetUtcNow();
            if (left <= TimeSpan.Zero || !await bells.Wait(bell, left, ct)) return null;
        }
    }

    /// <summary>Notes what the builder says of itself: pages show it, and waiting tasks explain themselves by it.</summary>
    async Task Greet(long builder, LeaseRequest request, CancellationToken ct)
    {
        // What waits for a builder of a new architecture needs its repositories pinned for that now.
        if (await database.Write(tx => Note(tx, builder, request), ct)) bells.Ring(Bells.Work);
    }

    /// <returns>Whether the builder has become able to build what it could not.</returns>
    bool Note(IDbTransaction tx, long builder, LeaseRequest request)
    {
        tx.Execute("UPDATE builders SET last_seen_at = @now, version = @version, isolation = @isolation WHERE id = @builder",
            new { builder, now = time.Stamp(), version = Bounded(request.Version), isolation = Bounded(request.Isolation) });
        var arches = request.Arches.Take(32).Select(Bounded).ToList();
        tx.Execute("DELETE FROM builder_arches WHERE builder_id = @builder AND arch NOT IN @arches", new { builder, arches });
        return arches.Select(arch => tx.Execute("INSERT OR IGNORE INTO builder_arches (builder_id, arch) VALUES (@builder, @arch)", new { builder, arch })).ToList().Sum() > 0;
    }

    static string Bounded(string? said) => said is null ? "" : said.Length <= 100 ? said : said[..100];

    /// <summary>
    /// The claim: one statement. A builder that lost a task's run does not get its next one while another that could do it is here,
    /// nor at once: a fault that passes in a minute must not use up all of a build's tries. What is of a chroot that this server
    /// does not know (any more) waits, and so does what needs an engine that the builder lacks or a repository that is not pinned yet;
    /// none of them holds up anything else.
    /// </summary>
    const string ClaimOne = $"""
        UPDATE task_runs SET state = 'Running', phase = 'Fetch', builder_id = @builder, leased_at = @now, leased_until = @until
        WHERE id = (
          SELECT r.id FROM task_runs r
          WHERE r.state = 'Waiting'
            AND EXISTS (SELECT 1 FROM task_hosts h JOIN builder_arches a ON a.arch = h.arch WHERE h.task_id = r.task_id AND a.builder_id = @builder)
            AND (NOT EXISTS (SELECT 1 FROM task_runs mine WHERE mine.task_id = r.task_id AND mine.builder_id = @builder AND mine.state = 'Lost')
              OR NOT EXISTS (
                SELECT 1 FROM builders o JOIN builder_arches oa ON oa.builder_id = o.id JOIN task_hosts oh ON oh.arch = oa.arch AND oh.task_id = r.task_id
                WHERE o.id <> @builder AND o.enabled = 1 AND o.last_seen_at > @here
                  AND NOT EXISTS (SELECT 1 FROM task_runs theirs WHERE theirs.task_id = r.task_id AND theirs.builder_id = o.id AND theirs.state = 'Lost')))
            AND NOT EXISTS (SELECT 1 FROM task_runs mine WHERE mine.task_id = r.task_id AND mine.builder_id = @builder AND mine.state = 'Lost' AND mine.ended_at > @tooSoon)
            AND (SELECT g.chroot FROM build_tasks t JOIN builds b ON b.id = t.build_id JOIN targets d ON d.id = b.target_id JOIN tags g ON g.id = d.build_tag_id WHERE t.id = r.task_id) IN @chroots
            AND {RunPins.AllPinned}
          ORDER BY r.id LIMIT 1)
        AND EXISTS (SELECT 1 FROM builders WHERE id = @builder AND enabled = 1)
        RETURNING id
        """;

    async Task<ClaimedRun?> Claim(long builder, IReadOnlyList<string> engines, CancellationToken ct)
    {
        // Nothing waits, nothing is claimed: an idle builder that is woken costs a read.
        if (!database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM task_runs WHERE state = 'Waiting')"))) return null;
        var claimed = await database.Write(tx =>
        {
            var now = time.Stamp();
            var id = tx.One<long?>(ClaimOne, new
            {
                builder, now, until = now + (settings.LeaseSeconds * 1000L), here = now - (long)WhyWaiting.Away.TotalMilliseconds,
                tooSoon = now - (settings.RetryLostAfterSeconds * 1000L), chroots = chroots.All.Where(chroot => engines.Contains(chroot.Engine)).Select(chroot => chroot.Name)
            });
            if (id is null) return null;
            var run = ClaimedRun.Of(tx.Connection!, id.Value, builder);
            RunPins.Choose(tx, run.RunId, run.BuildTagId, run.HostArch);
            tx.Execute("UPDATE task_runs SET chroot_sha256 = @Sha256 WHERE id = @RunId", new { run.RunId, chroots.Find(run.Chroot)!.Sha256 });
            tx.Execute("UPDATE build_tasks SET state = 'Running' WHERE id = @TaskId AND state = 'Waiting'", run);
            tx.Execute("UPDATE builds SET state = 'Building', revision = revision + 1 WHERE id = @BuildId AND state IN ('Waiting', 'Building')", run);
            return run;
        }, ct);
        if (claimed is not null) bells.Ring(Bells.Build(claimed.BuildId));
        return claimed;
    }

    LeasedRun Describe(ClaimedRun run)
    {
        var (tag, pins) = database.Read(db => (Tag.Of(db, run.BuildTagId), RunPins.Of(db, run.RunId, run.BuildTagId)));
        var recipe = Recipe.For(tag, chroots.Find(tag.Chroot)!, run.Arch, run.HostArch, current.Of(tag.Name)!.Hash, pins);
        return new(run.RunId, run.TaskId, run.BuildId, run.Nvr, run.Kind, run.Arch, run.LeasedUntil.ToTime(), settings.HeartbeatSeconds,
            new(run.SrpmFile, run.SrpmSha256, run.SrpmSize), recipe,
            new(settings.BuildMemoryBytes, settings.BuildProcesses, settings.BuildDiskBytes, Environment.ProcessorCount, settings.BuildWallSeconds, settings.BuildSilenceSeconds, RunLog.LongestBuild(settings)));
    }
}

/// <param name="HostArch">The architecture of the builder's that the task goes with.</param>
sealed record ClaimedRun(
    long RunId, long TaskId, long BuildId, string Nvr, string Kind, string Arch, string HostArch, long LeasedUntil,
    string SrpmFile, string SrpmSha256, long SrpmSize, long BuildTagId, string Chroot)
{
    public static ClaimedRun Of(IDbConnection db, long run, long builder) => db.QueryFirst<ClaimedRun>("""
        SELECT r.id AS RunId, t.id AS TaskId, b.id AS BuildId, b.nvr AS Nvr, t.kind AS Kind, t.arch AS Arch,
               (SELECT h.arch FROM task_hosts h JOIN builder_arches a ON a.arch = h.arch WHERE h.task_id = t.id AND a.builder_id = @builder ORDER BY h.arch LIMIT 1) AS HostArch,
               r.leased_until AS LeasedUntil, b.srpm_file AS SrpmFile, b.srpm_sha256 AS SrpmSha256, b.srpm_size AS SrpmSize, g.build_tag_id AS BuildTagId, c.chroot AS Chroot
        FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id JOIN targets g ON g.id = b.target_id JOIN tags c ON c.id = g.build_tag_id
        WHERE r.id = @run
        """, new { run, builder });
}
