using System.Runtime.InteropServices;

namespace Skyline.Server.Draining;

/// <summary>What SIGTERM and Ctrl+C do: the server drains, then ends. A second one ends it at once.</summary>
sealed class StopBySignal(Drain drain, IHostApplicationLifetime lifetime) : IHostLifetime, IDisposable
{
    readonly List<PosixSignalRegistration> heard = [];
    int signals;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }) heard.Add(PosixSignalRegistration.Create(signal, Hear));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void Hear(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (Interlocked.Increment(ref signals) > 1) lifetime.StopApplication();
        else _ = Task.Run(End);
    }

    async Task End()
    {
        try
        {
            TellSystemd.Say("STOPPING=1");
            await drain.Run();
        }
        finally
        {
            lifetime.StopApplication();
        }
    }

    public void Dispose() => heard.ForEach(one => one.Dispose());
}
