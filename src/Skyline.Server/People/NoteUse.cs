using Quartz;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>Writes down when tokens were last used and sessions last seen: every few minutes, all at once, and when the server stops; never while somebody waits for an answer.</summary>
[DisallowConcurrentExecution]
public sealed class NoteUse(Database database, KnownCallers callers, Bells bells, TimeProvider time) : BackgroundService, IJob
{
    public const string Cron = "20 0/5 * * * ?";

    /// <summary>Of several servers the clock tells one, and each has seen tokens of its own: a bell is heard by all.</summary>
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        bells.Ring(Bells.Use);
        return ValueTask.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await bells.Next(Bells.Use).WaitAsync(stoppingToken);
            await Run(stoppingToken);
        }
    }

    public async Task Run(CancellationToken ct)
    {
        var (used, seen) = (callers.Used.ToArray(), callers.Seen.ToArray());
        if (used.Length == 0 && seen.Length == 0) return;
        await database.Write(tx =>
        {
            foreach (var (token, at) in used) tx.Execute("UPDATE tokens SET last_used_at = @at WHERE id = @token", new { token, at });
            foreach (var (session, at) in seen) tx.Execute("UPDATE sessions SET seen_at = @at WHERE id = @session", new { session, at });
            Sessions.Tidy(tx, time.Stamp());
        }, ct);
        // Whoever is known is known with what was written before.
        callers.ForgetAll();
        // What was used again meanwhile stays for the next time.
        foreach (var pair in used) callers.Used.TryRemove(pair);
        foreach (var pair in seen) callers.Seen.TryRemove(pair);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Run(cancellationToken);
    }
}
