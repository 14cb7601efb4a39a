using System.Data;
using Dapper;
using Skyline.Protocol;
using Skyline.Server.Builders;
using Skyline.Server.Builds;
using Skyline.Server.Externals;
using Skyline.Server.Locks;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Tasks;

/// <summary>What a question for work is answered.</summary>
/// <param name="Run">Null: there is none within the wait.</param>
/// <param name="Notice">What the builder's owner should know.</param>
/// <param name="Why">Why this builder is refused.</param>
public sealed record Answered(LeasedRun? Run, string? Notice, Refusal? Why = null);

/// <summary>Gives a waiting run to the builder that asks; holds the request open while there is none.</summary>
public sealed class LeaseTask(Database database, Blobs blobs, Bells bells, GreetBuilder greet, WaitingBuilders waiting, Chroots chroots, CurrentSnapshots current, SkylineSettings settings, TimeProvider time)
{
    static readonly TimeSpan longestWait = TimeSpan.FromSeconds(60);

    public async Task<Answered> Lease(long builder, LeaseRequest request, CancellationToken ct)
    {
        if (request.Arches is not { Count: > 0 } || request.Arches.Any(string.IsNullOrEmpty)) throw new BadHttpRequestException("A lease needs the architectures that the builder can build.");
        if (await greet.Greet(builder, request, ct) is { } refusal) return new(null, null, refusal);
        var name = request.Question is { Length: > 0 and <= 64 } said ? said : null;
        if (await Again(builder, name, ct) is { } given) return new(Describe(given, Said.Bounded(request.Report)), null);
        var question = waiting.Enter(builder, name, ct);
        Answered answer;
        try
        {
            answer = await Wait(question, request, ct);
        }
        finally
        {
            await waiting.Leave(question);
        }
        // Given at the very end of its wait.
        return answer.Run is null && question.Run is { } late ? answer with { Run = Describe(late, Said.Bounded(request.Report)) } : answer;
    }

    async Task<Answered> Wait(Question question, LeaseRequest request, CancellationToken ct)
    {
        var until = time.GetUtcNow() + TimeSpan.FromSeconds(Math.Clamp(request.WaitSeconds, 0, longestWait.TotalSeconds));
        var notice = database.Read(db => BuilderNotice.Of(db, question.Builder));
        while (true)
        {
            var bell = bells.Next(Bells.Work);
            if (question.IsOpen) await waiting.Offer(database, Claim, ct);
            question.Fault?.Throw();
            if (question.Run is { } run) return new(Describe(run, Said.Bounded(request.Report)), notice);
            // What its owner should know from now on is told now, not at the end of the wait.
            if (database.Read(db => BuilderNotice.Of(db, question.Builder)) is var known && known != notice) return new(null, known);
            var left = until - time.GetUtcNow();
            if (left <= TimeSpan.Zero || !await bells.WaitAny([bell, question.Given], left, ct)) return new(null, notice);
        }
    }

    /// <summary>The run that it was given when it asked this before, if the answer was lost: the server was killed, or the connection broke.</summary>
    async Task<ClaimedRun?> Again(long builder, string? name, CancellationToken ct)
    {
        const string Unseen = "builder_id = @builder AND question = @name AND state = 'Running' AND phase = 'Fetch'";
        if (name is null || !database.Read(db => db.One<bool>($"SELECT EXISTS (SELECT 1 FROM task_runs WHERE {Unseen})", new { builder, name }))) return null;
        return await database.Write(tx =>
        {
            var until = time.Stamp() + (settings.LeaseSeconds * 1000L);
            if (tx.One<long?>($"UPDATE task_runs SET leased_until = @until WHERE {Unseen} RETURNING id", new { builder, name, until }) is not { } id) return null;
            var run = ClaimedRun.Of(tx.Connection!, id, builder);
            // Its chroot may be gone since; then it is lost when its lease is over, as it would be.
            return run.LikeRunId is { } like ? run with { Recipe = AsThen(tx, run, like) } : chroots.Find(run.Chroot) is null ? null : run with { Recipe = AsNow(tx, run) };
        }, ct);
    }

    /// <summary>
    /// The claim: one statement. A builder that lost a task's run does not get its next one while another that could do it is here,
    /// nor at once: a fault that passes in a minute must not use up all of a build's tries. What is of a chroot that this server
    /// does not know (any more) waits, and so does what needs an engine or a virtual machine that the builder lacks or a repository that is not pinned yet;
    /// none of them holds up anything else. What is to be built from a lock needs none of this but the engine: all is as it was then.
    /// </summary>
    const string ClaimOne = $"""
        UPDATE task_runs SET state = 'Running', phase = 'Fetch', builder_id = @builder, leased_at = @now, leased_until = @until, question = @name
        WHERE id = (
          SELECT r.id FROM task_runs r
          WHERE r.state = 'Waiting'
            AND EXISTS (SELECT 1 FROM task_builders w WHERE w.task_id = r.task_id AND w.builder_id = @builder AND (w.is_foreign = 0
              OR NOT EXISTS (SELECT 1 FROM task_builders n JOIN builders o ON o.id = n.builder_id WHERE n.task_id = r.task_id AND n.is_foreign = 0 AND {HereAndWilling})))
            AND (NOT EXISTS (SELECT 1 FROM task_runs mine WHERE mine.task_id = r.task_id AND mine.builder_id = @builder AND mine.state = 'Lost')
              OR NOT EXISTS (
                SELECT 1 FROM task_builders w JOIN builders o ON o.id = w.builder_id
                WHERE w.task_id = r.task_id AND o.id <> @builder AND {HereAndWilling}
                  AND NOT EXISTS (SELECT 1 FROM task_runs theirs WHERE theirs.task_id = r.task_id AND theirs.builder_id = o.id AND theirs.state = 'Lost')))
            AND NOT EXISTS (SELECT 1 FROM task_runs mine WHERE mine.task_id = r.task_id AND mine.builder_id = @builder AND mine.state = 'Lost' AND mine.ended_at > @tooSoon)
            AND (EXISTS (SELECT 1 FROM build_tasks t WHERE t.id = r.task_id AND t.like_run_id IS NOT NULL) OR ({RunPins.AllPinned}))
          ORDER BY r.id LIMIT 1)
        AND EXISTS (SELECT 1 FROM builders WHERE id = @builder AND enabled = 1 AND no_work IS NULL)
        RETURNING id
        """;

    /// <summary>Of builder o: it asked for work since @here, and takes some.</summary>
    internal const string HereAndWilling = "o.enabled = 1 AND o.no_work IS NULL AND o.last_seen_at > @here";

    async Task<ClaimedRun?> Claim(Question question)
    {
        var builder = question.Builder;
        var claimed = await database.Write(tx =>
        {
            var now = time.Stamp();
            var id = tx.One<long?>(ClaimOne, new
            {
                builder, name = question.Name, now, until = now + (settings.LeaseSeconds * 1000L), here = now - (long)WhyWaiting.Away.TotalMilliseconds,
                tooSoon = now - (settings.RetryLostAfterSeconds * 1000L),
            });
            if (id is null) return null;
            var run = ClaimedRun.Of(tx.Connection!, id.Value, builder);
            if (run.LikeRunId is null) RunPins.Choose(tx, run.RunId, run.BuildId, run.BuildTagId, run.HostArch);
            var recipe = run.LikeRunId is { } like ? AsThen(tx, run, like) : AsNow(tx, run);
            tx.Execute("UPDATE task_runs SET host_arch = @HostArch WHERE id = @RunId", new { run.RunId, run.HostArch });
            tx.Execute("UPDATE build_tasks SET state = 'Running' WHERE id = @TaskId AND state = 'Waiting'", run);
            tx.Execute("UPDATE builds SET state = 'Building', revision = revision + 1 WHERE id = @BuildId AND state IN ('Waiting', 'Building')", run);
            return run with { Recipe = recipe };
        });
        if (claimed is not null) bells.Ring(Bells.Build(claimed.BuildId));
        return claimed;
    }

    /// <summary>From the tag's newest snapshot and the states that were pinned for it; what the recipe was is kept with the run.</summary>
    BuildrootRecipe AsNow(IDbTransaction tx, ClaimedRun run)
    {
        var (tag, chroot) = (Tag.Of(tx.Connection!, run.BuildTagId), chroots.Find(run.Chroot)!);
        var recipe = Recipe.For(tag, chroot, run.Arch, run.HostArch, current.Of(tag.Name)!.Hash, RunPins.Of(tx.Connection!, run.RunId, run.BuildTagId));
        tx.Execute("UPDATE task_runs SET chroot_sha256 = @Sha256, recipe_sha256 = @kept WHERE id = @RunId", new { run.RunId, tag.Buildroot.In(chroot).Sha256, kept = KeptRecipe.Keep(tx, recipe) });
        return recipe;
    }

    /// <summary>As an earlier run was given it.</summary>
    static BuildrootRecipe AsThen(IDbTransaction tx, ClaimedRun run, long like)
    {
        tx.Execute("UPDATE task_runs SET (chroot_sha256, recipe_sha256) = (SELECT l.chroot_sha256, l.recipe_sha256 FROM task_runs l WHERE l.id = @like) WHERE id = @RunId", new { run.RunId, like });
        return KeptRecipe.Of(tx.Connection!, like);
    }

    LeasedRun Describe(ClaimedRun run, BuilderReport? report) =>
        new(run.RunId, run.TaskId, run.BuildId, run.Nvr, run.Kind, run.Arch, run.LeasedUntil.ToTime(), settings.HeartbeatSeconds,
            new(run.SrpmFile, run.SrpmSha256, run.SrpmSize), run.Recipe!, SlotShare.Of(settings, report), KeptOptions.Read(run.Options),
            run.GivenLock is { } given ? LockText.Read(File.ReadAllText(blobs.PathOf(given))) : null);
}

/// <param name="HostArch">The architecture of the builder's that the task goes with.</param>
/// <param name="LikeRunId">The run whose lock and recipe it is built from, and that lock; null: from what there is now.</param>
sealed record ClaimedRun(
    long RunId, long TaskId, long BuildId, string Nvr, string Kind, string Arch, string HostArch, long LeasedUntil,
    string SrpmFile, string SrpmSha256, long SrpmSize, long BuildTagId, string Chroot, string? Options, long? LikeRunId, string? GivenLock)
{
    public BuildrootRecipe? Recipe { get; init; }

    public static ClaimedRun Of(IDbConnection db, long run, long builder) => db.QueryFirst<ClaimedRun>("""
        SELECT r.id AS RunId, t.id AS TaskId, b.id AS BuildId, b.nvr AS Nvr, t.kind AS Kind, t.arch AS Arch,
               (SELECT h.arch FROM task_hosts h JOIN builder_arches a ON a.arch = h.arch WHERE h.task_id = t.id AND a.builder_id = @builder ORDER BY a.is_foreign, h.arch LIMIT 1) AS HostArch,
               r.leased_until AS LeasedUntil, b.srpm_file AS SrpmFile, b.srpm_sha256 AS SrpmSha256, b.srpm_size AS SrpmSize, g.build_tag_id AS BuildTagId, c.chroot AS Chroot, b.options AS Options,
               t.like_run_id AS LikeRunId, l.lock_sha256 AS GivenLock
        FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id JOIN targets g ON g.id = b.target_id JOIN tags c ON c.id = g.build_tag_id
          LEFT JOIN task_runs l ON l.id = t.like_run_id
        WHERE r.id = @run
        """, new { run, builder });
}
