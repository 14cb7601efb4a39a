using Skyline.Protocol;
using Skyline.Server.Privacy;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <summary>
/// What the next night would remove, packages too, for a page that anybody may open: it looks at every build, so it is done one at a
/// time, and what it said is good for a minute.
/// </summary>
public sealed class NextNight(KeepingTurns turns, ApplyRetention retention, Database database, TimeProvider time)
{
    static readonly TimeSpan good = TimeSpan.FromMinutes(1);

    sealed record Seen(DateTimeOffset At, RetentionReport Report);

    volatile Seen? last;

    /// <returns>The report and when it was made, or who has the turn.</returns>
    public async Task<(RetentionReport? Report, DateTimeOffset At, Refusal? Why)> Look(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (last is { } seen && now - seen.At < good) return (Told(seen.Report), seen.At, null);
        using var turn = turns.TryTake("dry run of retention");
        if (turn is null) return (null, now, turns.Busy);
        var report = await Sight.Everything(() => Task.Run(() => retention.Run(dryRun: true, ct), ct));
        last = new(now, report);
        return (Told(report), now, null);
    }

    /// <summary>As far as who asks may see it.</summary>
    RetentionReport Told(RetentionReport all) => database.Read(db =>
    {
        var (tags, builds) = (db.All<string>("SELECT name FROM tags").ToHashSet(), all.Builds.Chunk(500).SelectMany(some => db.All<long>("SELECT id FROM builds WHERE id IN @ids", new { ids = some.Select(build => build.Id) })).ToHashSet());
        return all with { Tags = [.. all.Tags.Where(tag => tags.Contains(tag.Tag))], Builds = [.. all.Builds.Where(build => builds.Contains(build.Id))] };
    });
}
