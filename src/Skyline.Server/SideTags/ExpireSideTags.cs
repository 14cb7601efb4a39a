using Quartz;
using Skyline.Protocol;
using Skyline.Server.Notices;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Told;

namespace Skyline.Server.SideTags;

/// <summary>Every hour: side tags whose time is over go. Not while anything is built into them; asked twice, nothing more happens.</summary>
[DisallowConcurrentExecution]
public sealed class ExpireSideTags(Database database, RemoveSideTag remove, Bells bells, SkylineSettings settings, TimeProvider time, ILogger<ExpireSideTags> log) : IJob
{
    public const string Cron = "0 7 * * * ?";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await Run(cancellationToken);

    /// <summary>Its owner is told so long before, once an end.</summary>
    static readonly TimeSpan ahead = TimeSpan.FromHours(12);

    public async Task Run(CancellationToken ct)
    {
        await Warn(ct);
        foreach (var tag in database.Read(SideTagRow.All).Where(IsDue))
        {
            // Looked at once more in the transaction: something may have happened in it just now.
            var refusal = await remove.Remove(tx => SideTagRow.Find(tx.Connection!, tag.TagId) is { } still && IsDue(still) ? (still, null) : (null, new Refusal(409, "It is not over.")),
                person: null, still => $"removed: {SideTagEnd.Of(still, settings)!.Why}", ct);
            if (refusal is null) log.LogInformation("Side tag {Tag} was removed", tag.Name);
        }
    }

    async Task Warn(CancellationToken ct)
    {
        var soon = database.Read(SideTagRow.All).Select(tag => (tag, end: SideTagEnd.Of(tag, settings))).Where(one => one.end is { } end && !end.IsOver(time) && end.At - (long)ahead.TotalMilliseconds <= time.Stamp()).ToList();
        if (soon.Count == 0) return;
        await database.Write(tx =>
        {
            foreach (var (tag, end) in soon)
            {
                if (tx.Execute("UPDATE side_tags SET told_end = @At WHERE tag_id = @TagId AND told_end IS DISTINCT FROM @At", new { end!.At, tag.TagId }) == 0) continue;
                Happening.Put(tx, "side-tag.expiring", tag.TagId, time.Stamp());
                Notify.Put(tx, tag.OwnerId, NoticeKind.SideTagExpires, $"Side tag {tag.Name} is removed within {Math.Ceiling(TimeSpan.FromMilliseconds(end.At - time.Stamp()).TotalHours)} hours, because {end.Why}. Keep it longer: skyline side-tag edit {tag.Name} --days 7.", $"/side-tags/{TagAddress.Of(tag.Name)}", time.Stamp());
            }
        }, ct);
        bells.Ring(Bells.Notices);
        bells.Ring(Bells.Happenings);
    }

    bool IsDue(SideTagRow tag) => tag.WhyBusy is null && SideTagEnd.Of(tag, settings) is { } end && end.IsOver(time);
}
