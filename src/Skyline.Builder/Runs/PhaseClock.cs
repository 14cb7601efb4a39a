using System.Collections.Concurrent;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>Where a run is, and how long each phase took. A phase entered again adds up.</summary>
sealed class PhaseClock(TimeProvider time)
{
    readonly ConcurrentDictionary<RunPhase, TimeSpan> spent = new();
    long since = time.GetTimestamp();
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunPhase Current { get; private set; } = RunPhase.Fetch;

    /// <summary>Ends with the next change of phase.</summary>
    public Task Changed => changed.Task;

    public void Enter(RunPhase phase)
    {
        var now = time.GetTimestamp();
        Add(Current, time.GetElapsedTime(since, now));
        (Current, since) = (phase, now);
        Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    /// <summary>Moves time between phases: what a chamber takes beside rpmbuild itself is the buildroot's.</summary>
    public void Move(TimeSpan span, RunPhase from, RunPhase to)
    {
        Add(from, -span);
        Add(to, span);
    }

    public IReadOnlyList<PhaseTiming> Timings =>
        [.. spent.Where(entry => entry.Key is not (RunPhase.Waiting or RunPhase.Done)).OrderBy(entry => entry.Key).Select(entry => new PhaseTiming(entry.Key, Math.Round(entry.Value.TotalSeconds, 3)))];

    void Add(RunPhase phase, TimeSpan span) => spent.AddOrUpdate(phase, span, (_, sum) => sum + span);
}
