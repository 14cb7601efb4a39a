namespace Skyline.Builder;

/// <summary>Why a run is stopped before its end.</summary>
enum StopReason
{
    /// <summary>The build was cancelled: clean up, report nothing.</summary>
    Cancelled,
    /// <summary>The run is not this builder's any more: clean up, report nothing.</summary>
    LeaseLost,
    /// <summary>The agent is told to end: clean up, report the run as lost.</summary>
    Stopping,
}

/// <summary>The one switch that stops a run, and who threw it first.</summary>
sealed class RunStop : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly CancellationTokenRegistration stopping;
    readonly Lock deciding = new();

    public RunStop(CancellationToken agentStops) => stopping = agentStops.Register(() => Now(StopReason.Stopping));

    public CancellationToken Token => source.Token;
    public StopReason? Reason { get; private set; }

    public void Now(StopReason reason)
    {
        lock (deciding)
        {
            if (Reason is not null) return;
            Reason = reason;
        }
        source.Cancel();
    }

    public void Dispose()
    {
        stopping.Dispose();
        source.Dispose();
    }
}
