using Skyline.Protocol;

namespace Skyline.Server.Builds;

/// <summary>A stretch of a run's time.</summary>
/// <param name="Step">queue, fetch, resolve, buildroot, rpmbuild, upload, publish; "run" where no phase is known of it.</param>
/// <param name="From">Seconds after the picture's beginning.</param>
/// <param name="To">Null: it goes on.</param>
/// <param name="Seconds">What it took, or takes so far: more than the picture shows where its beginning is left out.</param>
public sealed record TimelineSpan(string Step, double From, double? To, double Seconds)
{
    /// <summary>It began before the picture does.</summary>
    public bool Clipped { get; init; }
}

/// <param name="Task">Null, as Run: publishing, which is the whole build's.</param>
public sealed record TimelineRow(TaskDetails? Task, RunDetails? Run, IReadOnlyList<TimelineSpan> Spans)
{
    public double Seconds => Spans.Sum(span => span.Seconds);
}

/// <summary>Where a build's time went, run by run, purely.</summary>
/// <param name="Whole">Seconds from the picture's beginning to its end, or until now.</param>
/// <param name="Goes">Something in it goes on.</param>
/// <param name="Took">Seconds from when the build was asked for to its end, or until now.</param>
public sealed record Timeline(double Whole, bool Goes, double Took, IReadOnlyList<TimelineRow> Rows)
{
    /// <summary>A wait that is longer than so much of the work itself is shown cut: bars of the work would be too thin to see.</summary>
    const double LongestWait = 0.35;

    public static IReadOnlyList<string> Steps { get; } = ["queue", "fetch", "resolve", "buildroot", "rpmbuild", "upload", "publish"];

    public static Timeline Of(BuildDetails build, DateTimeOffset now)
    {
        var end = build.EndedAt ?? now;
        var runs = build.Tasks.SelectMany(task => task.Runs.Select(run => (Task: task, Run: run))).ToList();
        var rows = runs.Select(one => (one.Task, one.Run, Spans: Spans(one.Run, build.SubmittedAt, end).ToList())).ToList();
        List<(TaskDetails? Task, RunDetails? Run, List<Stretch> Spans)> all = [.. rows.Select(row => ((TaskDetails?)row.Task, (RunDetails?)row.Run, row.Spans))];
        if (Publishing(build, runs.Select(one => one.Run.EndedAt).Max(), now) is { } publishing) all.Add((null, null, [publishing]));
        var origin = Origin(build.SubmittedAt, runs.Select(one => one.Run.LeasedAt).Min(), end);
        return new(Math.Max(0.1, (end - origin).TotalSeconds), build.EndedAt is null && all.Any(row => row.Spans.Any(span => span.To is null)),
            Math.Max(0, (end - build.SubmittedAt).TotalSeconds), [.. all.Select(row => new TimelineRow(row.Task, row.Run, [.. row.Spans.Select(span => Placed(span, origin, end))]))]);
    }

    sealed record Stretch(string Step, DateTimeOffset From, DateTimeOffset? To);

    static DateTimeOffset Origin(DateTimeOffset submitted, DateTimeOffset? begun, DateTimeOffset end)
    {
        if (begun is not { } first || first <= submitted) return submitted;
        var shown = TimeSpan.FromSeconds(Math.Max(1, (end - first).TotalSeconds * LongestWait));
        return first - submitted > shown ? first - shown : submitted;
    }

    static IEnumerable<Stretch> Spans(RunDetails run, DateTimeOffset submitted, DateTimeOffset end)
    {
        yield return new("queue", run.QueuedAt ?? submitted, run.LeasedAt ?? (run.State == RunState.Waiting ? null : run.EndedAt ?? end));
        if (run.LeasedAt is not { } leased) yield break;
        if (run.Phases.Count == 0)
        {
            foreach (var span in Told(run, leased)) yield return span;
            yield break;
        }
        foreach (var phase in run.Phases)
        {
            var until = leased + TimeSpan.FromSeconds(phase.Seconds);
            yield return new(Name(phase.Phase), leased, until);
            leased = until;
        }
    }

    /// <summary>Of a run that has not reported, what its builder told on the way.</summary>
    static IEnumerable<Stretch> Told(RunDetails run, DateTimeOffset leased)
    {
        var starts = run.PhaseStarts ?? [];
        var (phase, from) = (RunPhase.Fetch, leased);
        foreach (var next in starts)
        {
            yield return new(Name(phase), from, next.At);
            (phase, from) = (next.Phase, next.At);
        }
        if (phase != RunPhase.Done) yield return new(starts.Count == 0 && run.State != RunState.Running ? "run" : Name(phase), from, run.EndedAt);
    }

    static Stretch? Publishing(BuildDetails build, DateTimeOffset? reported, DateTimeOffset now) => build.State switch
    {
        BuildState.Complete when build.Timings.TryGetValue("publish", out var seconds) && build.EndedAt is { } ended => new("publish", ended - TimeSpan.FromSeconds(seconds), ended),
        BuildState.Publishing => new("publish", reported ?? now, null),
        _ => null,
    };

    static TimelineSpan Placed(Stretch span, DateTimeOffset origin, DateTimeOffset end)
    {
        var (from, to) = ((span.From - origin).TotalSeconds, span.To is { } until ? Math.Max(0, (until - origin).TotalSeconds) : (double?)null);
        return new(span.Step, Math.Max(0, from), to, Math.Max(0, ((span.To ?? end) - span.From).TotalSeconds)) { Clipped = from < 0 };
    }

    static string Name(RunPhase phase) => phase.ToString().ToLowerInvariant();
}
