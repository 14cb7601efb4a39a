using Quartz;
using Skyline.Server.Storage;

namespace Skyline.Server.Health;

/// <summary>Once a minute who has the page of health open looks anew: much of what it tells changes without a bell of its own.</summary>
public sealed class TellHealth(Bells bells) : IJob
{
    public const string Cron = "45 * * * * ?";

    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        bells.Ring(Bells.Health);
        return ValueTask.CompletedTask;
    }
}
