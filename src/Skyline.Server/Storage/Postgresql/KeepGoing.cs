namespace Skyline.Server.Storage.Postgresql;

/// <summary>
/// What the server does by itself is done in loops, and one that meets a PostgreSQL that is away ends with that. It is begun again until PostgreSQL is
/// there: its first look is at all that is to be done. One that ends with anything else is a fault of ours, and stops the server as ever.
/// </summary>
sealed class KeepGoing(IHostApplicationLifetime server, ILogger<KeepGoing> log)
{
    static readonly TimeSpan again = TimeSpan.FromSeconds(1);

    /// <param name="loop">It has been started.</param>
    public async Task Watch(BackgroundService loop, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
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
            await Task.Delay(again, TimeProvider.System, until).ContinueWith(static _ => { }, TaskScheduler.Default);
            if (!until.IsCancellationRequested) await loop.StartAsync(CancellationToken.None);
        }
    }
}
