using System.Data;
using Skyline.Server.Privacy;
using Skyline.Server.Storage;

namespace Skyline.Server.Home;

/// <summary>How many builds came to what within an hour or a day.</summary>
/// <param name="From">Its beginning, in UTC.</param>
public sealed record Outcomes(DateTimeOffset From, int Complete, int Failed, int Cancelled)
{
    public int All => Complete + Failed + Cancelled;

    /// <summary>Of those that were built to their end, in per cent; null: none was. (Cancelled ones say nothing of packages.)</summary>
    public double? Success => Complete + Failed == 0 ? null : 100.0 * Complete / (Complete + Failed);

    public static Outcomes Sum(IEnumerable<Outcomes> some, DateTimeOffset from) => some.Aggregate(new Outcomes(from, 0, 0, 0), (sum, one) => sum with { Complete = sum.Complete + one.Complete, Failed = sum.Failed + one.Failed, Cancelled = sum.Cancelled + one.Cancelled });
}

/// <summary>
/// Counts builds by the hour in which they ended. Hours that are past stay as they were, so they are counted once and remembered; whoever asks counts
/// the last two anew. They are totals of the whole site, private tags too: how busy its machines are is everybody's, and no name is in it.
/// </summary>
sealed class CountOutcomes(Database database, TimeProvider time)
{
    const int Days = 30;
    const long Hour = 3_600_000;

    internal const string SelectEnded = """
        SELECT ended_at / 3600000 AS Hour, state AS State, count(*) AS Builds FROM builds WHERE ended_at >= @from AND ended_at IS NOT NULL AND target_id IS NOT NULL GROUP BY 1, 2
        """;

    readonly Lock turn = new();
    readonly Dictionary<long, Outcomes> hours = [];
    long countedFrom = long.MaxValue, countedTo;

    sealed record Row
    {
        public long Hour { get; init; }
        public required string State { get; init; }
        public int Builds { get; init; }
    }

    /// <summary>The last 24 hours, the one that runs now last.</summary>
    public IReadOnlyList<Outcomes> LastHours() => Taken(now => [.. Enumerable.Range(0, 24).Select(n => Of(now - 23 + n))]);

    /// <summary>The last 30 days of UTC, today last.</summary>
    public IReadOnlyList<Outcomes> LastDays() => Taken(now => [.. Enumerable.Range(0, Days).Select(n => (now / 24 - Days + 1 + n) * 24).Select(first => Outcomes.Sum(Enumerable.Range(0, 24).Select(n => Of(first + n)), Begin(first)))]);

    IReadOnlyList<Outcomes> Taken(Func<long, IReadOnlyList<Outcomes>> take)
    {
        lock (turn)
        {
            var now = time.Stamp() / Hour;
            CatchUp(now);
            return take(now);
        }
    }

    Outcomes Of(long hour) => hours.GetValueOrDefault(hour) ?? new(Begin(hour), 0, 0, 0);

    static DateTimeOffset Begin(long hour) => (hour * Hour).ToTime();

    /// <summary>A build's end is written a moment after its time was taken, so the hour before may still grow.</summary>
    void CatchUp(long now)
    {
        var first = now / 24 * 24 - (Days - 1) * 24;
        var from = countedFrom <= first && countedTo >= first ? Math.Max(first, countedTo - 1) : first;
        var rows = Sight.Everything(() => database.Read(db => db.All<Row>(SelectEnded, new { from = from * Hour })));
        foreach (var old in hours.Keys.Where(hour => hour < first || hour >= from).ToList()) hours.Remove(old);
        foreach (var hour in rows.GroupBy(row => row.Hour)) hours[hour.Key] = new(Begin(hour.Key), Sum(hour, "Complete"), Sum(hour, "Failed"), Sum(hour, "Cancelled"));
        (countedFrom, countedTo) = (Math.Min(countedFrom, first), now);
    }

    static int Sum(IEnumerable<Row> rows, string state) => rows.Where(row => row.State == state).Sum(row => row.Builds);
}
