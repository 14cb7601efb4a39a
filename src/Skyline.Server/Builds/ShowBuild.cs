using System.Data;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Server.Tasks;

namespace Skyline.Server.Builds;

/// <summary>A build as it stands, with its tasks, runs and packages.</summary>
static class ShowBuild
{
    sealed record BuildRow(long Id, long Revision, string Nvr, string? Target, long Scratch, string State, string? Why, string Owner, long SubmittedAt, long? ReportedAt, long? EndedAt, string? Options, long Priority, long Draft);
    sealed record TaskRow(long Id, string Kind, string Arch, string State, string? Why);
    sealed record RunRow(long Id, long TaskId, string? Builder, string State, string Phase, string? Why, string? FailingLines, string? Phases, string? Vote, long CreatedAt, long? LeasedAt, long? EndedAt, long LogBytes, string? LockSha256, string? PhaseStarts);
    sealed record RpmRow
    {
        public required string Name { get; init; }
        public int Epoch { get; init; }
        public required string Version { get; init; }
        public required string Release { get; init; }
        public required string Arch { get; init; }
        public required string FileName { get; init; }
        public long Size { get; init; }
        public required string Sha256 { get; init; }
        public required string ContentHash { get; init; }
    }

    const string Columns = """
        SELECT b.id AS Id, b.revision AS Revision, b.nvr AS Nvr, t.name AS Target, b.scratch AS Scratch, b.state AS State, b.why AS Why,
               u.name AS Owner, b.submitted_at AS SubmittedAt, b.reported_at AS ReportedAt, b.ended_at AS EndedAt, b.options AS Options, b.priority AS Priority, b.draft AS Draft
        FROM builds b LEFT JOIN targets t ON t.id = b.target_id JOIN users u ON u.id = b.owner_id
        """;

    public static BuildDetails? Find(IDbConnection db, long id, long now, ForecastStarts? forecast = null)
    {
        if (db.One<BuildRow>(Columns + " WHERE b.id = @id", new { id }) is not { } build) return null;
        var runs = RunsOf(db, id);
        var waiting = build.State is "Waiting" or "Building" ? WhyWaiting.Of(db, id, now, forecast) : [];
        var tasks = db.All<TaskRow>("SELECT id, kind, arch, state, why FROM build_tasks WHERE build_id = @id ORDER BY id", new { id })
            .Select(task => new TaskDetails(task.Id, task.Kind, task.Arch, Enum.Parse<TaskState>(task.State), task.Why ?? waiting.GetValueOrDefault(task.Id).Sentence?.English(),
                [.. runs.Where(run => run.TaskId == task.Id).Select(OnTheWire)], waiting.GetValueOrDefault(task.Id).Starts)).ToList();
        return new(build.Id, build.Revision, build.Nvr, build.Target ?? "", build.Scratch == 1, Enum.Parse<BuildState>(build.State),
            build.Why ?? waiting.Values.FirstOrDefault().Sentence?.English(), build.Owner, build.SubmittedAt.ToTime(), build.EndedAt.ToTime(), SnapshotOf(db, id),
            tasks, RpmsOf(db, build), Timings(build, runs), KeptOptions.Read(build.Options), SameAgain.Of(db, id), (int)build.Priority, build.Draft == 1, Sources.KeptSourceRow.Of(db, id)?.OnTheWire(db, id));
    }

    internal const string SelectNewest = Columns + " WHERE b.id < @before ORDER BY b.id DESC LIMIT @limit";
    internal const string SelectNewer = Columns + " WHERE b.id > @after ORDER BY b.id LIMIT @limit";
    internal const string SelectThose = Columns + " WHERE b.id IN (SELECT CAST(value AS BIGINT) FROM json_each(@ids))";

    /// <param name="before">Only those with a lower number; null: all.</param>
    public static IReadOnlyList<BuildSummary> Newest(IDbConnection db, long? before, int limit) =>
        [.. db.All<BuildRow>(SelectNewest, new { before = before ?? long.MaxValue, limit }).Select(Summary)];

    /// <summary>Those with a higher number, the nearest first.</summary>
    public static IReadOnlyList<BuildSummary> Newer(IDbConnection db, long after, int limit) =>
        [.. db.All<BuildRow>(SelectNewer, new { after, limit }).Select(Summary)];

    /// <summary>Those of them that there are, in the order in which they are named.</summary>
    public static IReadOnlyList<BuildSummary> Those(IDbConnection db, IReadOnlyList<long> ids)
    {
        var rows = db.All<BuildRow>(SelectThose, new { ids = $"[{string.Join(',', ids)}]" }).ToDictionary(row => row.Id);
        return [.. ids.Where(rows.ContainsKey).Select(id => Summary(rows[id]))];
    }

    /// <summary>The builds that are in a tag itself, newest first.</summary>
    /// <param name="moment">As of this event; null: now.</param>
    /// <param name="most">-1: all.</param>
    public static IReadOnlyList<BuildSummary> InTag(IDbConnection db, long tag, long? moment = null, int most = int.MaxValue) => [.. db.All<BuildRow>(Columns + $"""
         JOIN tag_builds g ON g.build_id = b.id WHERE g.tag_id = @tag AND {(moment is null ? "g.untagged_at IS NULL" : AsOf.Counts(moment, "g."))} ORDER BY g.id DESC LIMIT @most
        """, new { tag, moment, most }).Select(Summary)];

    /// <summary>The builds for a target that are not over, scratch builds too, newest first.</summary>
    public static IReadOnlyList<BuildSummary> OpenFor(IDbConnection db, long target) => [.. db.All<BuildRow>(Columns + """
         WHERE b.target_id = @target AND b.state IN ('Waiting', 'Building', 'Publishing') ORDER BY b.id DESC LIMIT 500
        """, new { target }).Select(Summary)];

    public static long Revision(IDbConnection db, long id) => db.One<long?>("SELECT revision FROM builds WHERE id = @id", new { id }) ?? -1;

    static BuildSummary Summary(BuildRow row) => new(row.Id, row.Nvr, row.Target ?? "", row.Scratch == 1, Enum.Parse<BuildState>(row.State), row.Why, row.Owner, row.SubmittedAt.ToTime(), row.EndedAt.ToTime(), row.Draft == 1);

    static IReadOnlyList<RunRow> RunsOf(IDbConnection db, long build) => db.All<RunRow>("""
        SELECT r.id AS Id, r.task_id AS TaskId, b.name AS Builder, r.state AS State, r.phase AS Phase, r.why AS Why, r.failing_lines AS FailingLines,
               r.phases AS Phases, r.vote AS Vote, r.created_at AS CreatedAt, r.leased_at AS LeasedAt, r.ended_at AS EndedAt, r.log_bytes AS LogBytes, r.lock_sha256 AS LockSha256,
               r.phase_starts AS PhaseStarts
        FROM task_runs r JOIN build_tasks t ON t.id = r.task_id LEFT JOIN builders b ON b.id = r.builder_id
        WHERE t.build_id = @build ORDER BY r.id
        """, new { build });

    static RunDetails OnTheWire(RunRow run)
    {
        var (lines, places) = FailingLinesKept.Read(run.FailingLines);
        return new(
            run.Id, run.Builder, Enum.Parse<RunState>(run.State), Enum.Parse<RunPhase>(run.Phase), run.Why, lines,
            run.LeasedAt.ToTime(), run.EndedAt.ToTime(), run.LogBytes, PhasesOf(run), run.Vote, run.LockSha256, places, run.CreatedAt.ToTime(), StartsOf(run));
    }

    static List<PhaseStart>? StartsOf(RunRow run) => run.Phases is not null ? null : run.PhaseStarts?.Split(' ').Chunk(2)
        .Select(pair => new PhaseStart(Enum.Parse<RunPhase>(pair[0]), long.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture).ToTime())).ToList();

    static IReadOnlyList<PhaseTiming> PhasesOf(RunRow run) =>
        run.Phases is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<PhaseTiming>>(run.Phases, JsonSerializerOptions.Web)!;

    /// <summary>Of a finished build its packages as published; of a scratch build what its runs uploaded.</summary>
    static IReadOnlyList<RpmDetails> RpmsOf(IDbConnection db, BuildRow build)
    {
        if (build.State != "Complete") return [];
        var rows = build.Scratch == 0
            ? db.All<RpmRow>($"""
                SELECT r.name, r.epoch, r.version, r.release, r.arch, r.file_name AS FileName, coalesce(s.size, r.blob_size) AS Size, coalesce(s.sha256, r.blob_sha256) AS Sha256, r.content_hash AS ContentHash
                FROM rpms r LEFT JOIN signed_rpms s ON s.id = {BuildFile.NewestCopy} WHERE r.build_id = @Id ORDER BY r.file_name
                """, build)
            : db.All<RpmRow>("""
                SELECT min(f.name) AS Name, min(f.epoch) AS Epoch, min(f.version) AS Version, min(f.release) AS Release, min(f.arch) AS Arch, f.file_name AS FileName, min(f.size) AS Size, min(f.sha256) AS Sha256, min(f.content_hash) AS ContentHash
                FROM run_files f JOIN task_runs r ON r.id = f.run_id JOIN build_tasks t ON t.id = r.task_id
                WHERE t.build_id = @Id AND t.kind NOT IN ('checkNoarch', 'buildSRPM') AND r.state = 'Succeeded' GROUP BY f.file_name ORDER BY f.file_name
                """, build);
        return [.. rows.Select(row => new RpmDetails(
            new Rpm.Nevra(row.Name, row.Epoch, row.Version, row.Release, row.Arch).ToString(), row.FileName, row.Arch, row.Size, row.Sha256, row.ContentHash,
            $"/api/builds/{build.Id}/files/{row.FileName}"))];
    }

    /// <summary>The first snapshot that held it, of those that are kept.</summary>
    static string? SnapshotOf(IDbConnection db, long build) => db.One<string>("""
        SELECT s.hash FROM rpms r JOIN tag_rpms g ON g.rpm_id = r.id JOIN snapshots s ON s.tag_id = g.tag_id AND s.id >= g.since AND (g.until IS NULL OR s.id < g.until)
        WHERE r.build_id = @build ORDER BY s.id LIMIT 1
        """, new { build });

    /// <summary>Where the time went, in seconds; of several architectures the slowest.</summary>
    static Dictionary<string, double> Timings(BuildRow build, IReadOnlyList<RunRow> runs)
    {
        var timings = new Dictionary<string, double>();
        foreach (var run in runs.Where(run => run.State == "Succeeded"))
        {
            Longest("queue", (run.LeasedAt - run.CreatedAt) / 1000.0);
            foreach (var phase in PhasesOf(run)) Longest(JsonNamingPolicy.CamelCase.ConvertName(phase.Phase.ToString()), phase.Seconds);
        }
        if (build.State == "Complete" && build.ReportedAt is { } reported) timings["publish"] = (build.EndedAt!.Value - reported) / 1000.0;
        return timings;

        void Longest(string step, double? seconds)
        {
            if (seconds is { } measured && measured > timings.GetValueOrDefault(step, -1)) timings[step] = measured;
        }
    }
}
