using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tasks;

namespace Skyline.Server.Builds;

/// <summary>
/// When each waiting run will be started, from what there is: who waits, which builders are here, what they run, and how long such runs
/// took before (<see cref="WhenItStarts"/> is the decision). Worked out when somebody asks, and good until something is written; of a long queue for a few seconds, however many ask. What is private is counted too, and named to nobody.
/// </summary>
public sealed class ForecastStarts(Database database, TimeProvider time)
{
    /// <summary>Where nothing has been built yet, in seconds.</summary>
    const double Guess = 300;
    const int MostRuns = 5_000, LeastOfAGroup = 50;
    static readonly TimeSpan lasting = TimeSpan.FromSeconds(3);

    const int Long = 500;

    sealed record Known(long At, long Commit, IReadOnlyDictionary<long, Start> Starts, IReadOnlyDictionary<(long Line, int Priority, long Owner), (long Last, int Count)> Groups, int UsualOf);

    readonly Lock turn = new();
    Known? known;

    /// <returns>Null: it is not known, for no builder that is here can take it.</returns>
    public StartEstimate? Of(long run)
    {
        var forecast = Now();
        return database.Read(db => Of(db, forecast, run));
    }

    Known Now()
    {
        lock (turn)
        {
            if (known is not null && (known.Commit == database.Commits || (known.Starts.Count >= Long && time.GetElapsedTime(known.At) < lasting))) return known;
            var commit = database.Commits;
            return known = Privacy.Sight.Everything(() => database.Read(db => Work(db, commit)));
        }
    }

    static StartEstimate Told(Known forecast, Start start, long now) =>
        new(DateTimeOffset.FromUnixTimeMilliseconds(now + (long)(start.In * 1000)), start.Before, Basis(start, forecast.UsualOf));

    StartEstimate? Of(IDbConnection db, Known forecast, long run)
    {
        var now = time.Stamp();
        if (forecast.Starts.TryGetValue(run, out var start)) return Told(forecast, start, now);
        // It stands behind those that were played: its group goes on as it went so far.
        if (db.One<Place>("SELECT line_id AS Line, priority AS Priority, owner_id AS Owner FROM task_runs WHERE id = @run AND state = 'Waiting'", new { run }) is not { } place
            || !forecast.Groups.TryGetValue((place.Line, place.Priority, place.Owner), out var group) || !forecast.Starts.TryGetValue(group.Last, out var last)) return null;
        var more = db.One<int>("SELECT count(*) FROM task_runs WHERE state = 'Waiting' AND line_id = @Line AND priority = @Priority AND owner_id = @Owner AND id > @Last AND id <= @run", new { place.Line, place.Priority, place.Owner, group.Last, run });
        var factor = (group.Count + more) / (double)group.Count;
        return Told(forecast, new(last.In * factor, (int)(last.Before * factor), last.Measured), now);
    }

    sealed record Place
    {
        public long Line { get; init; }
        public int Priority { get; init; }
        public long Owner { get; init; }
    }

    static string Basis(Start start, int usualOf) => (start.Before, start.In) switch
    {
        (0, 0) => "a builder is free for it",
        (0, _) => "it is next when what runs now has ended",
        (var before, _) when start.Measured == before => $"{before} start before it, expected to take as long as those packages took here before",
        (var before, _) when usualOf > 0 => $"{before} start before it: {start.Measured} expected to take as long as those packages took here before, the others as builds here usually take ({usualOf} runs)",
        (var before, _) => $"{before} start before it; nothing of theirs has been built here yet, so it is guessed that each takes {Guess / 60:0} minutes",
    };

    Known Work(IDbConnection db, long commit)
    {
        var (now, fleet) = (time.Stamp(), Fleet.Of(db, null));
        var medians = Medians.Of(db, Guess);
        var (slots, owners) = Slots(db, fleet, medians, now);
        var heads = WaitingRuns.Heads(db);
        var each = heads.Count == 0 ? 0 : Math.Max(LeastOfAGroup, MostRuns / heads.Count);
        var takers = heads.Select(head => head.Line).Distinct().ToDictionary(line => line, line => Takers(db, fleet, line, owners));
        var groups = heads.OrderBy(head => head.Priority).ThenBy(head => head.Run).Take(MostRuns / LeastOfAGroup).Where(head => takers[head.Line].Count > 0)
            .Select(head => new WaitingGroup(head.Line, head.Priority, head.Owner, head.Since, Runs(db, head, each, medians), takers[head.Line], head.Served)).ToList();
        return new(time.GetTimestamp(), commit, WhenItStarts.Of(groups, slots, now),
            groups.ToDictionary(group => (group.Line, group.Priority, group.Owner), group => (group.Runs[^1].Run, group.Runs.Count)), medians.Runs);
    }

    static HashSet<int> Takers(IDbConnection db, Fleet fleet, long line, IReadOnlyList<long> builders) => fleet.Line(db, line) is not { } known ? []
        : [.. Enumerable.Range(0, builders.Count).Where(slot => fleet.Fit(db, known, builders[slot]) is not null)];

    sealed record RunningRow
    {
        public long Builder { get; init; }
        public long Owner { get; init; }
        public int Priority { get; init; }
        public long LeasedAt { get; init; }
        public long Line { get; init; }
        public double? Seconds { get; init; }
    }

    /// <summary>Those of builders that are here and take work, and whose each is.</summary>
    static (IReadOnlyList<Slot> Slots, IReadOnlyList<long> Builders) Slots(IDbConnection db, Fleet fleet, Medians medians, long now)
    {
        var here = db.All<long>($"SELECT o.id FROM builders o WHERE {ClaimRuns.HereAndWilling} ORDER BY o.id", new { here = now - (long)WhyWaiting.Away.TotalMilliseconds });
        var running = db.All<RunningRow>("""
            SELECT r.builder_id AS Builder, r.owner_id AS Owner, r.priority AS Priority, r.leased_at AS LeasedAt, r.line_id AS Line, d.seconds AS Seconds
            FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id LEFT JOIN durations d ON d.package = b.package AND d.arch = t.arch WHERE r.state = 'Running'
            """).ToLookup(row => row.Builder);
        var (slots, builders) = (new List<Slot>(), new List<long>());
        foreach (var builder in here)
        {
            // Who runs longer than expected is expected to end any moment.
            var taken = running[builder].Select(row => new Slot(Math.Max(1, (row.Seconds ?? medians.Of(row.Line)) - ((now - row.LeasedAt) / 1000.0)), row.Owner, row.Priority)).ToList();
            for (var free = fleet.Builder(builder)!.Slots - taken.Count; free > 0; free--) taken.Add(new(0));
            slots.AddRange(taken);
            builders.AddRange(Enumerable.Repeat(builder, taken.Count));
        }
        return (slots, builders);
    }

    sealed record RunRow
    {
        public long Run { get; init; }
        public double? Seconds { get; init; }
    }

    static IReadOnlyList<ExpectedRun> Runs(IDbConnection db, Head head, int most, Medians medians) => [.. db.All<RunRow>("""
        SELECT r.id AS Run, d.seconds AS Seconds FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id LEFT JOIN durations d ON d.package = b.package AND d.arch = t.arch
        WHERE r.state = 'Waiting' AND r.line_id = @Line AND r.priority = @Priority AND r.owner_id = @Owner ORDER BY r.id LIMIT @most
        """, new { head.Line, head.Priority, head.Owner, most }).Select(row => new ExpectedRun(row.Run, row.Seconds ?? medians.Of(head.Line), row.Seconds is not null))];
}
