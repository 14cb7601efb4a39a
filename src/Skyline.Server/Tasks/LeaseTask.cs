using System.Data;
using Dapper;
using Skyline.Protocol;
using Skyline.Server.Builders;
using Skyline.Server.Builds;
using Skyline.Server.Locks;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>What a question for work is answered.</summary>
/// <param name="Run">Null: there is none within the wait.</param>
/// <param name="Notice">What the builder's owner should know.</param>
/// <param name="Why">Why this builder is refused.</param>
public sealed record Answered(LeasedRun? Run, string? Notice, Refusal? Why = null);

/// <summary>Gives a waiting run to the builder that asks; holds the request open while there is none.</summary>
public sealed class LeaseTask(Database database, Blobs blobs, Bells bells, GreetBuilder greet, WaitingBuilders waiting, ClaimRuns claims, SkylineSettings settings, TimeProvider time)
{
    static readonly TimeSpan longestWait = TimeSpan.FromSeconds(60);

    public async Task<Answered> Lease(long builder, LeaseRequest request, CancellationToken ct)
    {
        if (request.Arches is not { Count: > 0 } || request.Arches.Any(string.IsNullOrEmpty)) throw new BadHttpRequestException("A lease needs the architectures that the builder can build.");
        if (await greet.Greet(builder, request, ct) is { } refusal) return new(null, null, refusal);
        var name = request.Question is { Length: > 0 and <= 64 } said ? said : null;
        var (again, known) = database.Read(db => (IsAgain(db, builder, name), BuilderNotice.Of(db, builder)));
        if (again && await Again(builder, name!, ct) is { } given) return new(Describe(given, Said.Bounded(request.Report), database.Read(db => Traces.Traced.OfRun(db, given.RunId))), null);
        var question = waiting.Enter(builder, name, ct);
        string? notice;
        try
        {
            notice = await Wait(question, known, request.WaitSeconds, ct);
        }
        catch
        {
            await waiting.Leave(question);
            throw;
        }
        // What it is given at the very end of its wait is its own too.
        return new(await waiting.Leave(question) is { } run ? Describe(run, Said.Bounded(request.Report), await Traces.TraceRun.Leased(database, run.RunId, time.Stamp(), ct)) : null, notice);
    }

    /// <summary>Until there is a run, or something that the builder's owner should know from now on, or the wait is over.</summary>
    async Task<string?> Wait(Question question, string? notice, double seconds, CancellationToken ct)
    {
        var until = time.GetUtcNow() + TimeSpan.FromSeconds(Math.Clamp(seconds, 0, longestWait.TotalSeconds));
        await question.Looked.WaitAsync(ct);
        while (!question.Given.IsCompleted)
        {
            var bell = bells.Next(Bells.Builder(question.Builder));
            if (database.Read(db => BuilderNotice.Of(db, question.Builder)) is var known && known != notice) return known;
            var left = until - time.GetUtcNow();
            if (left <= TimeSpan.Zero || !await bells.Hold([bell, question.Given], left, ct)) break;
        }
        return notice;
    }

    /// <summary>The run that it was given when it asked this before, if the answer was lost: the server was killed, or the connection broke.</summary>
    Task<ClaimedRun?> Again(long builder, string name, CancellationToken ct) => database.Write(tx =>
    {
        var until = time.Stamp() + (settings.LeaseSeconds * 1000L);
        if (tx.One<long?>($"UPDATE task_runs SET leased_until = @until WHERE {Unseen} RETURNING id", new { builder, name, until }) is not { } id) return null;
        var run = ClaimedRun.Of(tx.Connection!, id);
        return claims.Again(tx, run) is { } recipe ? run with { Recipe = recipe } : null;
    }, ct);

    const string Unseen = "builder_id = @builder AND question = @name AND state = 'Running' AND phase = 'Fetch'";

    static bool IsAgain(IDbConnection db, long builder, string? name) => name is not null && db.One<bool>($"SELECT EXISTS (SELECT 1 FROM task_runs WHERE {Unseen})", new { builder, name });

    LeasedRun Describe(ClaimedRun run, BuilderReport? report, string? trace) =>
        new(run.RunId, run.TaskId, run.BuildId, run.Nvr, run.Kind, run.Arch, run.LeasedUntil.ToTime(), settings.HeartbeatSeconds,
            new(run.SrpmFile, run.SrpmSha256, run.SrpmSize), run.Recipe!, SlotShare.Of(settings, report), KeptOptions.Read(run.Options),
            run.GivenLock is { } given ? LockText.Read(File.ReadAllText(blobs.PathOf(given))) : null,
            run.Kind == Sources.SubmitSource.Kind ? database.Read(db => Sources.KeptSourceRow.Of(db, run.BuildId))?.ForRun(settings) : null, trace);
}

/// <param name="HostArch">The architecture of the builder's that the task goes with.</param>
/// <param name="LikeRunId">The run whose recipe it is built from, and whose lock unless it was given one that is no run's; null: from what there is now.</param>
sealed record ClaimedRun
{
    public long RunId { get; init; }
    public long TaskId { get; init; }
    public long BuildId { get; init; }
    public required string Nvr { get; init; }
    public required string Kind { get; init; }
    public required string Arch { get; init; }
    public required string HostArch { get; init; }
    public long LeasedUntil { get; init; }
    public required string SrpmFile { get; init; }
    public required string SrpmSha256 { get; init; }
    public long SrpmSize { get; init; }
    public long BuildTagId { get; init; }
    public required string BuildTag { get; init; }
    public required string Chroot { get; init; }
    public string? Options { get; init; }
    public long? LikeRunId { get; init; }
    public string? GivenLock { get; init; }
    public BuildrootRecipe? Recipe { get; init; }

    public static ClaimedRun Of(IDbConnection db, long run) => db.QueryFirst<ClaimedRun>("""
        SELECT r.id AS RunId, t.id AS TaskId, b.id AS BuildId, b.nvr AS Nvr, t.kind AS Kind, t.arch AS Arch,
               coalesce(r.host_arch, '') AS HostArch, coalesce(r.leased_until, 0) AS LeasedUntil, coalesce(b.srpm_file, b.nvr || '.tar') AS SrpmFile, coalesce(b.srpm_sha256, s.tar_sha256) AS SrpmSha256, coalesce(b.srpm_size, s.tar_size) AS SrpmSize, g.build_tag_id AS BuildTagId, c.name AS BuildTag, c.chroot AS Chroot, b.options AS Options,
               t.like_run_id AS LikeRunId, coalesce(t.given_lock_sha256, l.lock_sha256) AS GivenLock
        FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id JOIN targets g ON g.id = b.target_id JOIN tags c ON c.id = g.build_tag_id
          LEFT JOIN task_runs l ON l.id = t.like_run_id LEFT JOIN build_sources s ON s.build_id = b.id
        WHERE r.id = @run
        """, new { run });
}
