using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Keeping;

/// <summary>
/// What the next night would remove, packages too, for a page that anybody may open: it looks at every build, so it is done one at a
/// time, and what it said is good for a minute.
/// </summary>
public sealed class NextNight(KeepingTurns turns, ApplyRetention retention, TimeProvider time)
{
    static readonly TimeSpan good = TimeSpan.FromMinutes(1);

    sealed record Seen(DateTimeOffset At, RetentionReport Report);

    volatile Seen? last;

    /// <returns>The report and when it was made, or who has the turn.</returns>
    public async Task<(RetentionReport? Report, DateTimeOffset At, Refusal? Why)> Look(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (last is { } seen && now - seen.At < good) return (seen.Report, seen.At, null);
        using var turn = turns.TryTake("dry run of retention");
        if (turn is null) return (null, now, turns.Busy);
        var report = await Task.Run(() => retention.Run(dryRun: true, ct), ct);
        last = new(now, report);
        return (report, now, null);
    }
}
