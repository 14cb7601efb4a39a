using System.Data;
using Skyline.Server.Builds;
using Skyline.Server.Privacy;
using Skyline.Server.Storage;

namespace Skyline.Server.Home;

/// <summary>Runs that wait for the same.</summary>
/// <param name="What">An architecture, "noarch", or "src" where a source package is to be made.</param>
/// <param name="Why">What the first of them waits for, in a sentence.</param>
/// <param name="First">The build whose run is the first of them.</param>
public sealed record QueueLine(string What, string Target, int Runs, DateTimeOffset Since, FormattableString Why, long First);

/// <summary>What waits, line by line, the longest first.</summary>
/// <param name="Waiting">How many runs wait in all; those that are hidden from who asks are in this total, and in no line.</param>
public sealed record Queue(int Waiting, IReadOnlyList<QueueLine> Lines)
{
    const int MostLines = 8;

    internal const string SelectCounts = "SELECT line_id AS Line, count(*) AS Runs FROM task_runs WHERE state = 'Waiting' GROUP BY line_id";

    internal const string SelectHead = """
        SELECT r.line_id AS Line, b.id AS Build, t.id AS Task, t.kind AS Kind, t.arch AS Arch, d.name AS Target, r.created_at AS CreatedAt
        FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id JOIN targets d ON d.id = b.target_id
        WHERE r.id = (SELECT w.id FROM main.task_runs w WHERE w.state = 'Waiting' AND w.line_id = @line ORDER BY w.priority, w.owner_id, w.id LIMIT 1)
        """;

    sealed record Counted
    {
        public long Line { get; init; }
        public int Runs { get; init; }
    }

    sealed record Head(long Line, long Build, long Task, string Kind, string Arch, string Target, long CreatedAt);

    public static Queue Read(Database database, long now)
    {
        var counted = Sight.Everything(() => database.Read(db => db.All<Counted>(SelectCounts)));
        return database.Read(db =>
        {
            var lines = new List<QueueLine>();
            foreach (var line in counted.OrderByDescending(line => line.Runs))
            {
                if (HeadOf(db, line.Line) is not { } head) continue;
                var why = WhyWaiting.Of(db, head.Build, now).GetValueOrDefault(head.Task).Sentence ?? $"";
                lines.Add(new(head.Kind == "buildSRPM" ? "src" : head.Arch, head.Target, line.Runs, head.CreatedAt.ToTime(), why, head.Build));
                if (lines.Count == MostLines) break;
            }
            return new Queue(counted.Sum(line => line.Runs), lines);
        });
    }

    /// <summary>Lines of targets that are hidden have none.</summary>
    static Head? HeadOf(IDbConnection db, long line) => db.One<Head>(SelectHead, new { line });
}
