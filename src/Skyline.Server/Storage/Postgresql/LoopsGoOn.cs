namespace Skyline.Server.Storage.Postgresql;

/// <summary>
/// What the server does by itself is done in loops, and one that meets a PostgreSQL that is away ends with that. It is begun again until PostgreSQL is
/// there: its first look is at all that is to be done. One that ends with anything else is a fault of ours, and stops the server as ever.
/// </summary>
sealed class LoopsGoOn(IServiceProvider services, IHostApplicationLifetime server, ILogger<LoopsGoOn> log) : IHostedService, IDisposable
{
    static readonly TimeSpan again = TimeSpan.FromSeconds(1);

    readonly CancellationTokenSource stopping = new();

    /// <summary>(It is the last that starts, so the others have.)</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var loop in services.GetServices<IHostedService>().OfType<BackgroundService>()) _ = Watch(loop);
        return Task.CompletedTask;
    }

    async Task Watch(BackgroundService loop)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (loop.ExecuteTask is { } running) await running;
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception away) when (Away.Is(away))
            {
                log.LogWarning("{Loop} met a PostgreSQL that is away, and goes on when it is there: {Fault}", loop.GetType().Name, Away.Sentence(away));
            }
            catch (Exception fault)
            {
                log.LogCritical(fault, "{Loop} ended with a fault, so the server stops", loop.GetType().Name);
                server.StopApplication();
                return;
            }
            await Task.Delay(again, TimeProvider.System, stopping.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            if (!stopping.IsCancellationRequested) await loop.StartAsync(CancellationToken.None);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => stopping.CancelAsync();

    public void Dispose() => stopping.Dispose();
}
