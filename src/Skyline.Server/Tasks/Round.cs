using System.Data;
using Skyline.Server.Builds;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>A question and the run that it is to have.</summary>
sealed record Turn(Question Question, Head Head, Line Line, Fit Fit);

/// <summary>
/// One look at what waits for builders and what builders wait for: who is preferred is asked first (<see cref="Preference"/>) and gets
/// the run whose turn it is (<see cref="NextRun"/>) of those that it can take. What it cannot do goes to the next at once, so a
/// preference never makes a run wait.
/// </summary>
sealed class Round
{
    readonly IDbConnection db;
    readonly Fleet fleet;
    readonly SkylineSettings settings;
    readonly Dictionary<long, List<Head>> heads;
    readonly PriorityQueue<Question, (int, double, long)> left = new();
    readonly Dictionary<long, int> busy = [];
    readonly RunningNow running = new();
    /// <summary>Of builders that are alike one stands for all, unless it matters who has lost what.</summary>
    readonly HashSet<string> hopeless = [];
    readonly bool anyLost;
    HashSet<long>? here;

    public long Now { get; }

    Round(IDbConnection db, Fleet fleet, long now, SkylineSettings settings)
    {
        (this.db, this.fleet, Now, this.settings) = (db, fleet, now, settings);
        heads = WaitingRuns.Heads(db).GroupBy(head => head.Line).ToDictionary(line => line.Key, line => line.ToList());
        anyLost = heads.Keys.Any(line => fleet.Line(db, line) is { Losers.Count: > 0 });
    }

    sealed record Running
    {
        public long Builder { get; init; }
        public long Owner { get; init; }
        public int Priority { get; init; }
        public int Count { get; init; }
    }

    public static Round Begin(IDbConnection db, Fleet fleet, IReadOnlyList<Question> questions, long now, SkylineSettings settings)
    {
        var round = new Round(db, fleet, now, settings);
        if (round.heads.Count == 0) return round;
        foreach (var row in db.All<Running>("""
            SELECT builder_id AS Builder, owner_id AS Owner, priority AS Priority, count(*) AS Count FROM task_runs WHERE state = 'Running' GROUP BY builder_id, owner_id, priority
            """))
        {
            round.busy[row.Builder] = round.busy.GetValueOrDefault(row.Builder) + row.Count;
            round.running.Add(row.Owner, row.Priority, row.Count);
        }
        foreach (var question in questions)
            if (fleet.Builder(question.Builder) is { IsWilling: true }) round.left.Enqueue(question, round.Rank(question));
        return round;
    }

    (int, double, long) Rank(Question question) => fleet.Builder(question.Builder)! is var builder
        ? Preference.Rank(new(builder.Id, builder.Weight, busy.GetValueOrDefault(builder.Id), builder.Slots, question.Since)) : default;

    /// <returns>Null: nothing is left that anybody who waits could take.</returns>
    public Turn? Next()
    {
        while (heads.Count > 0 && left.TryDequeue(out var question, out var rank))
        {
            // It has been given another run meanwhile, and may be busier than the next.
            if (Rank(question) is var now && now != rank) left.Enqueue(question, now);
            else if (hopeless.Contains(fleet.Kind(question.Builder))) continue;
            else if (For(question) is { } turn) return turn;
            else if (!anyLost) hopeless.Add(fleet.Kind(question.Builder));
        }
        return null;
    }

    Turn? For(Question question)
    {
        var takes = heads.Keys.Select(line => fleet.Line(db, line) is { } known && fleet.Fit(db, known, question.Builder) is { } fit && IsAllowed(known, fit, question.Builder) ? (Line: known, Fit: fit) : default)
            .Where(one => one.Line is not null).ToDictionary(one => one.Line.Id);
        var first = NextRun.Of(takes.Values.SelectMany(one => heads[one.Line.Id].Where(head => !IsTooSoon(one.Line, head, question.Builder))), running, Now);
        return first is null ? null : new(question, first, takes[first.Line].Line, takes[first.Line].Fit);
    }

    bool IsAllowed(Line line, Fit fit, long builder) =>
        !(fit.IsForeign && Here.Any(other => fleet.Fit(db, line, other) is { IsForeign: false }))
        && !(line.Losers.Contains(builder) && Here.Any(other => other != builder && !line.Losers.Contains(other) && fleet.Fit(db, line, other) is not null));

    /// <summary>A line's runs were put there when their tasks were lost: the oldest first.</summary>
    bool IsTooSoon(Line line, Head head, long builder) => line.Losers.Contains(builder) && head.Since > Now - (settings.RetryLostAfterSeconds * 1000L);

    HashSet<long> Here => here ??= [.. db.All<long>($"SELECT o.id FROM builders o WHERE {ClaimRuns.HereAndWilling}", new { here = Now - (long)WhyWaiting.Away.TotalMilliseconds })];

    public void Claimed(Turn turn)
    {
        busy[turn.Question.Builder] = busy.GetValueOrDefault(turn.Question.Builder) + 1;
        running.Give(turn.Head.Owner, turn.Head.Priority);
        PassOver(turn, WaitingRuns.After(db, turn.Head));
    }

    public void PassOver(Turn turn, Head? next = null)
    {
        var line = heads[turn.Head.Line];
        line.Remove(turn.Head);
        if (next is not null) line.Add(next);
        if (line.Count == 0) heads.Remove(turn.Head.Line);
    }
}
