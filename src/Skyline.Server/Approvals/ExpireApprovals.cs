using Quartz;

namespace Skyline.Server.Approvals;

/// <summary>What nobody decided in time is said to be over.</summary>
[DisallowConcurrentExecution]
sealed class ExpireApprovals(Decline decline) : IJob
{
    public const string Cron = "50 0/10 * * * ?";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await decline.Expire(cancellationToken);
}
