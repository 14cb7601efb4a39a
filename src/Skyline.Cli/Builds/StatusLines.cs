using System.Globalization;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>A build in words, purely: what changed, how it stands, how it ended. All that came from the server is made harmless here.</summary>
static class StatusLines
{
    const int MostFailingLines = 30;

    public static string Name(BuildDetails build) => $"{build.Id} {Untrusted.Line(build.Nvr)}";

    /// <summary>A line for the build and one for each task whose state is another than before; before the first look, all.</summary>
    public static IEnumerable<string> Changes(BuildDetails? before, BuildDetails now)
    {
        if (State(now) is var state && (before is null || State(before) != state)) yield return $"{Name(now)}: {state}";
        if (now.State.IsOver()) yield break;
        foreach (var task in now.Tasks)
        {
            var line = State(task);
            var known = before?.Tasks.FirstOrDefault(other => other.Id == task.Id);
            if (known is null ? task.State is not TaskState.Waiting || task.Starts is not null : State(known) != line)
                yield return $"{Name(now)}: {Untrusted.Line(task.Arch)}: {line}{Starts(task)}";
        }
    }

    /// <summary>How a build stands: the build's line, then one for each task that is not over.</summary>
    public static IEnumerable<(string Key, string Line)> Block(BuildDetails build)
    {
        yield return ($"build {build.Id} {build.State}", $"{Name(build)}: {State(build)}");
        if (build.State.IsOver()) yield break;
        foreach (var task in build.Tasks)
            yield return ($"task {task.Id} {task.State} {task.LatestRun()?.Id} {task.LatestRun()?.Phase}", $"  {Untrusted.Line(task.Arch)}: {State(task)}{Starts(task)}");
    }

    /// <summary>The last words on a build: what it made and how long that took, or why it made nothing and where to look.</summary>
    public static IEnumerable<string> Ending(BuildDetails build) => build.State switch
    {
        BuildState.Complete => Made(build),
        BuildState.Failed => Failed(build),
        BuildState.Cancelled => [],
        _ => [],
    };

    static IEnumerable<string> Made(BuildDetails build)
    {
        foreach (var rpm in build.Rpms) yield return $"  {Untrusted.Line(rpm.FileName)}  {Amounts.Bytes(rpm.Size)}";
        var steps = build.Timings.Select(step => $"{Untrusted.Line(step.Key)} {Amounts.Seconds(step.Value)}");
        if (build.Timings.Count > 0) yield return $"  {string.Join(", ", steps)}";
    }

    static IEnumerable<string> Failed(BuildDetails build)
    {
        foreach (var task in build.Tasks.Where(task => task.State is TaskState.Failed))
        {
            yield return $"  {Untrusted.Line(task.Arch)}: {Untrusted.Line(task.LatestRun()?.Why ?? task.Why ?? "failed")}";
            foreach (var line in task.LatestRun() is { } run ? FailingLines(run) : []) yield return $"    {line}";
        }
        yield return $"  The whole log: skyline log {build.Id}";
    }

    /// <summary>As grep -n shows them, where it is known which lines of the log they are.</summary>
    static IEnumerable<string> FailingLines(RunDetails run) =>
        run.FailingLines.Take(MostFailingLines).Select((line, at) => (run.FailingPlaces?.ElementAtOrDefault(at) is { } place ? $"{place.Line}: " : "") + Untrusted.Line(line));

    static string State(BuildDetails build) => WithReason(build.State.ToString().ToLowerInvariant(), build.Why);

    static string State(TaskDetails task) => (task.State, task.LatestRun()) switch
    {
        (TaskState.Running, { State: RunState.Running } run) => run.Builder is { } builder ? $"{Phase(run)} on {Untrusted.Line(builder)}" : Phase(run),
        (TaskState.Waiting or TaskState.Running, { State: RunState.Lost } run) => WithReason("lost, another builder tries", run.Why),
        (_, var run) => WithReason(task.State.ToString().ToLowerInvariant(), task.Why ?? run?.Why),
    };

    /// <summary>The time, not how long until then: a line that is printed once stays true. That it changes is no change of the task's.</summary>
    static string Starts(TaskDetails task) => task.Starts is not { } starts ? ""
        : string.Create(CultureInfo.InvariantCulture, $" Expected to start about {starts.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {Untrusted.Line(starts.Basis)}.");

    static string Phase(RunDetails run) => run.Phase.ToString().ToLowerInvariant();

    /// <summary>A reason that begins with the state's own word ("Waiting: no builder …") stands alone.</summary>
    static string WithReason(string state, string? why) => Untrusted.Line(why) switch
    {
        "" => state,
        var reason when reason.StartsWith(state, StringComparison.OrdinalIgnoreCase) => reason,
        var reason => $"{state}: {reason}",
    };
}
