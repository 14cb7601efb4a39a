namespace Skyline.Server.Storage.Postgresql;

/// <summary>The loops that each server has for itself go on when PostgreSQL was away.</summary>
sealed class LoopsGoOn(IServiceProvider services, KeepGoing keep) : IHostedService, IDisposable
{
    readonly CancellationTokenSource stopping = new();

    /// <summary>(It is the last that starts, so the others have.)</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var loop in services.GetServices<IHostedService>().OfType<BackgroundService>()) _ = keep.Watch(loop, stopping.Token);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => stopping.CancelAsync();

    public void Dispose() => stopping.Dispose();
}
