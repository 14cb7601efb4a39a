using Quartz;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.SideTags;

/// <summary>Every hour: side tags whose time is over go. Not while anything is built into them; asked twice, nothing more happens.</summary>
[DisallowConcurrentExecution]
public sealed class ExpireSideTags(Database database, RemoveSideTag remove, SkylineSettings settings, TimeProvider time, ILogger<ExpireSideTags> log) : IJob
{
    public const string Cron = "0 7 * * * ?";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await Run(cancellationToken);

    public async Task Run(CancellationToken ct)
    {
        foreach (var tag in database.Read(SideTagRow.All).Where(IsDue))
        {
            // Looked at once more in the transaction: something may have happened in it just now.
            var refusal = await remove.Remove(tx => SideTagRow.Find(tx.Connection!, tag.TagId) is { } still && IsDue(still) ? (still, null) : (null, new Refusal(409, "It is not over.")),
                person: null, still => $"removed: {SideTagEnd.Of(still, settings)!.Why}", ct);
            if (refusal is null) log.LogInformation("Side tag {Tag} was removed", tag.Name);
        }
    }

    bool IsDue(SideTagRow tag) => tag.WhyBusy is null && SideTagEnd.Of(tag, settings) is { } end && end.IsOver(time);
}
