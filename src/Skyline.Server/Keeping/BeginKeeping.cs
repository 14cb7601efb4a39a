using Skyline.Server.Audit;
using Skyline.Server.Privacy;
using Skyline.Server.Shell;

namespace Skyline.Server.Keeping;

/// <summary>Work of keeping that somebody begins from the page, which follows it: nobody waits at an open connection for what may take an hour.</summary>
sealed class BeginKeeping(KeepingTurns turns, ApplyRetention retention, CollectGarbage collect, VerifyStore verify, IHostApplicationLifetime server, ILogger<BeginKeeping> log)
{
    /// <returns>Null: it is under way. Otherwise why not.</returns>
    public Refusal? Tidy() => Begin("retention and garbage collection", async ct =>
    {
        await retention.Run(dryRun: false, ct);
        await collect.Run(dryRun: false, ct);
    });

    /// <returns>Null: it is under way. Otherwise why not.</returns>
    public Refusal? Check() => Begin("check", ct => verify.Run(null, _ => Task.CompletedTask, ct));

    /// <summary>It holds its turn until it has ended, whatever becomes of who began it; how it went is noted where the page shows it (<see cref="KeepingReports"/>).</summary>
    Refusal? Begin(string what, Func<CancellationToken, Task> act)
    {
        if (turns.TryTake(what) is not { } turn) return turns.Busy;
        _ = Task.Run(() => Sight.Everything(async () =>
        {
            // That it was begun is noted as somebody's; each step of it is the server's own, as at night.
            Actor.Current = null;
            using (turn)
                try
                {
                    await act(server.ApplicationStopping);
                }
                catch (Exception fault) when (fault is not OutOfMemoryException)
                {
                    log.LogWarning(fault, "The {Work} that was begun by hand did not come to its end", what);
                }
            return true;
        }));
        return null;
    }
}
