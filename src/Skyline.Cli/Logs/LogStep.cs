using Skyline.Cli.Builds;
using Skyline.Protocol;

namespace Skyline.Cli.Logs;

/// <summary>How far a build's log has been read.</summary>
/// <param name="Stalled">The last reading brought nothing.</param>
sealed record LogPosition(long Run, long Offset, bool Stalled);

/// <summary>What to do next to have all of a build's log, decided purely.</summary>
abstract record LogStep
{
    public sealed record Read(long Run, long Offset) : LogStep;

    /// <summary>Until the build has changed.</summary>
    public sealed record Wait : LogStep;

    public sealed record End : LogStep;

    /// <param name="at">Null before the first reading.</param>
    public static LogStep After(BuildDetails build, string? arch, LogPosition? at, bool follow)
    {
        var task = PickRun.Task(build, arch);
        var run = PickRun.Begun(task);
        if (run is not null && (at is null || follow && run.Id > at.Run)) return new Read(run.Id, 0);
        if (!follow) return new End();
        // The stream ended and the log has not: a server that stops ends its answers in good order.
        if (run is not null && !at!.Stalled && (!run.State.IsOver() || run.LogBytes > at.Offset)) return new Read(run.Id, at.Offset);
        return build.State.IsOver() || task is { State: var state } && state.IsOver() ? new End() : new Wait();
    }
}
