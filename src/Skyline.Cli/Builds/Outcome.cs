using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>What builds came to, purely.</summary>
static class Outcome
{
    public static bool IsOver(this BuildState state) => state is BuildState.Complete or BuildState.Failed or BuildState.Cancelled;

    public static bool IsOver(this TaskState state) => state is TaskState.Succeeded or TaskState.Failed or TaskState.Cancelled;

    public static bool IsOver(this RunState state) => state is not (RunState.Waiting or RunState.Running);

    /// <summary>A failure outweighs a cancel; builds that are not over count as well.</summary>
    public static ExitCode Of(IEnumerable<BuildDetails> builds)
    {
        var code = ExitCode.Ok;
        foreach (var build in builds)
        {
            if (build.State is BuildState.Failed) return ExitCode.BuildFailed;
            if (build.State is BuildState.Cancelled) code = ExitCode.Cancelled;
        }
        return code;
    }

    /// <summary>The newest attempt at a task; null before the first.</summary>
    public static RunDetails? LatestRun(this TaskDetails task) => task.Runs.MaxBy(run => run.Id);
}
