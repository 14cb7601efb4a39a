using System.Data;
using Skyline.Server.Privacy;
using Skyline.Server.Storage;

namespace Skyline.Server.Home;

/// <summary>A run that a builder has now.</summary>
/// <param name="Usual">How long one of its package takes there, the median of the last ones in seconds; null: nobody knows.</param>
public sealed record RunningRun(long Build, string Nvr, string Arch, string Phase, string? Builder, DateTimeOffset? Since, double? Usual);

/// <summary>What is being built, the longest first.</summary>
/// <param name="Count">Of all; those that are hidden from who asks are in this total, and not in the list.</param>
public sealed record RunningNow(int Count, IReadOnlyList<RunningRun> Runs)
{
    const int Most = 12;

    internal const string SelectRunning = """
        SELECT b.id AS Build, b.nvr AS Nvr, t.kind AS Kind, t.arch AS Arch, r.phase AS Phase, o.name AS Builder, r.leased_at AS LeasedAt,
          (SELECT d.seconds FROM durations d WHERE d.package = b.package AND d.arch = t.arch) AS Usual
        FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id LEFT JOIN builders o ON o.id = r.builder_id
        WHERE r.state = 'Running' ORDER BY r.leased_at LIMIT @Most
        """;

    sealed record Row
    {
        public long Build { get; init; }
        public required string Nvr { get; init; }
        public required string Kind { get; init; }
        public required string Arch { get; init; }
        public required string Phase { get; init; }
        public string? Builder { get; init; }
        public long? LeasedAt { get; init; }
        public double? Usual { get; init; }
    }

    public static RunningNow Read(Database database) => new(
        Sight.Everything(() => database.Read(db => db.One<int>("SELECT count(*) FROM task_runs WHERE state = 'Running'"))),
        database.Read(Shown));

    static IReadOnlyList<RunningRun> Shown(IDbConnection db) => [.. db.All<Row>(SelectRunning, new { Most }).Select(row => new RunningRun(row.Build, row.Nvr, row.Kind == "buildSRPM" ? "src" : row.Arch, row.Phase, row.Builder, row.LeasedAt.ToTime(), row.Usual))];
}
