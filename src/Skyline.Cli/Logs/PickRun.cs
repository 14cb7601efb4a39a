using Skyline.Cli.Builds;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Logs;

/// <summary>Which of a build's runs `skyline log BUILD` means.</summary>
static class PickRun
{
    /// <summary>
    /// The task of the architecture named; without a name the only task, or the only one that failed: its log is why people look.
    /// Null while the build has no task.
    /// </summary>
    /// <exception cref="StopException">The build has no such architecture, or several could be meant: the sentence names them.</exception>
    public static TaskDetails? Task(BuildDetails build, string? arch)
    {
        if (build.Tasks.Count == 0) return null;
        var tasks = build.Tasks.Where(task => arch is null ? !IsPast(task) || build.Tasks.Count == 1 : task.Arch == arch).ToList();
        if (tasks is [var only]) return only;
        if (tasks.Where(task => task.State is TaskState.Failed).ToList() is [var failed]) return failed;
        var arches = string.Join(", ", build.Tasks.Select(task => Untrusted.Line(task.Arch)).Distinct());
        throw tasks.Count == 0
            ? new StopException(ExitCode.Refused, $"Build {build.Id} has no {arch}; it has {arches}.")
            : StopException.Usage($"Which log? Build {build.Id} has several; name one with --arch: {arches}.");
    }

    /// <summary>A source package that was made of a repository: what is looked for is what became of it.</summary>
    static bool IsPast(TaskDetails task) => task is { Kind: "buildSRPM", State: TaskState.Succeeded };

    public static string NoLogYet(BuildDetails build) =>
        $"Build {build.Id} has no log yet: {(build.Why is { } why ? Untrusted.Line(why) : build.State.ToString().ToLowerInvariant())}{(build.State.IsOver() ? "" : " (--follow waits for it)")}";

    /// <summary>The newest run that has begun, or null.</summary>
    public static RunDetails? Begun(TaskDetails? task) => task?.Runs.Where(run => run.State is not RunState.Waiting).MaxBy(run => run.Id);
}
