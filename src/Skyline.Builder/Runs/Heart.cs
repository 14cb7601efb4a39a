using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>Renews the lease beside the work, tells the phase, and stops the run when the server says so.</summary>
sealed class Heart(BuilderContract contract, LeasedRun lease, PhaseClock phases, RunStop stop, TimeProvider time)
{
    /// <summary>Until <paramref name="done"/>. A server that cannot be reached is no reason to stop.</summary>
    public async Task Beat(CancellationToken done)
    {
        var every = TimeSpan.FromSeconds(Math.Clamp(lease.HeartbeatSeconds, 0.2, 300));
        try
        {
            while (!done.IsCancellationRequested)
            {
                var changed = phases.Changed;
                await Once(every, done);
                await NextBeat(changed, every, done);
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested) { }
    }

    /// <summary>When it is due, or at once when the phase is another: whoever watches sees it.</summary>
    async Task NextBeat(Task changed, TimeSpan every, CancellationToken done)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(done);
        await Task.WhenAny(changed, Task.Delay(every, time, either.Token));
        await either.CancelAsync();
        done.ThrowIfCancellationRequested();
    }

    async Task Once(TimeSpan every, CancellationToken done)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(done);
        using var timer = time.CreateTimer(_ => soon.Cancel(), null, every < TimeSpan.FromSeconds(5) ? TimeSpan.FromSeconds(5) : every, Timeout.InfiniteTimeSpan);
        try
        {
            if ((await contract.Beat(lease.RunId, phases.Current, soon.Token)).Cancel) stop.Now(StopReason.Cancelled);
        }
        catch (RefusedException e) when (RunCalls.IsNotOurs(e))
        {
            stop.Now(StopReason.LeaseLost);
        }
        catch (Exception e) when (e is RefusedException || RunCalls.IsPassing(e, done)) { }
    }
}
