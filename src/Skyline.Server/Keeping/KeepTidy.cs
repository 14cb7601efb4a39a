using Quartz;

namespace Skyline.Server.Keeping;

/// <summary>Every night: retention, then the collection of what it let go of.</summary>
[DisallowConcurrentExecution]
public sealed class KeepTidy(KeepingTurns turns, ApplyRetention retention, CollectGarbage collect, Locks.KeepLocks locks) : IJob
{
    public const string Cron = "0 20 3 * * ?", At = "03:20";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        using var turn = await turns.Take("nightly retention", cancellationToken);
        await retention.Run(dryRun: false, cancellationToken);
        await collect.Run(dryRun: false, cancellationToken);
        await locks.TryAgain(cancellationToken);
    }
}
