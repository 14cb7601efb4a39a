using Quartz;
using Skyline.Server.Storage;

namespace Skyline.Server.Pools;

/// <summary>By the clock, whoever looks after pools looks: deadlines come nearer, and builders come and go, without a bell of their own.</summary>
public sealed class RingPools(Bells bells) : IJob
{
    public const string Cron = "5/15 * * * * ?";

    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        bells.Ring(Bells.Pools);
        return ValueTask.CompletedTask;
    }
}
