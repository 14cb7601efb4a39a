using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>Renews the lease beside the work, tells the phase, and stops the run when the server says so.</summary>
sealed class Heart(BuilderContract contract, LeasedRun lease, PhaseClock phases, RunStop stop, TimeProvider time)
{
    /// <summary>Until <paramref name="done"/>. A server that cannot be reached is no reason to stop.</summary>
    public async Task Beat(CancellationToken done)
    {
        var every = TimeSpan.FromSeconds(Math.Clamp(lease.HeartbeatSeconds, 0.2, 300));
        using var tick = new PeriodicTimer(every, time);
        try
        {
            while (await tick.WaitForNextTickAsync(done)) await Once(every, done);
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested) { }
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
