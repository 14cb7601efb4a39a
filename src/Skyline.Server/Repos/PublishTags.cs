using System.Data.Common;
using Skyline.Server.Storage;

namespace Skyline.Server.Repos;

/// <summary>
/// Brings every tag that is behind its events up to date, each by itself: a tag that has ten thousand packages to sign holds up no
/// other. What happens to a tag while its snapshot is made goes into the next one, all of it at once.
/// </summary>
public sealed class PublishTags(Database database, PublishSnapshot publish, Bells bells, TimeProvider time, ILogger<PublishTags> log) : BackgroundService
{
    static readonly TimeSpan again = TimeSpan.FromSeconds(15);

    readonly Dictionary<long, Task> running = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var bell = bells.Next(Bells.Tags);
            foreach (var (tag, task) in running.ToList())
                if (task.IsCompleted) running.Remove(tag);
            foreach (var tag in Behind())
                if (!running.ContainsKey(tag)) running[tag] = BringUpToDate(tag, stoppingToken);
            await Task.WhenAny([bell.WaitAsync(stoppingToken), .. running.Values]);
        }
        await Task.WhenAll(running.Values);
    }

    IReadOnlyList<long> Behind() => database.Read(db => db.All<long>("SELECT id FROM tags WHERE changed_event > published_event ORDER BY changed_event"));

    async Task BringUpToDate(long tag, CancellationToken ct)
    {
        var tried = 0L;
        try
        {
            tried = ChangedEvent(tag);
            await Task.Run(() => publish.BringUpToDate(tag, ct), ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The server stops; the tag is behind as before, and the next start goes on.
        }
        catch (Exception fault)
        {
            log.LogError(fault, "The next snapshot of tag {Tag} could not be published yet", tag);
            await SayWhy(tag, fault, ct);
            await UntilTriedAgain(tag, tried, ct);
        }
    }

    long ChangedEvent(long tag) => database.Read(db => db.One<long>("SELECT changed_event FROM tags WHERE id = @tag", new { tag }));

    /// <summary>A fault such as a full disk may pass; the tag is tried again without being asked, and earlier if something happens to it: what happens to other tags does not mend it.</summary>
    async Task UntilTriedAgain(long tag, long tried, CancellationToken ct)
    {
        var until = time.GetUtcNow() + again;
        while (until - time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            var bell = bells.Next(Bells.Tags);
            if (ChangedEvent(tag) != tried || !await bells.Wait(bell, left, ct)) return;
        }
    }

    async Task SayWhy(long tag, Exception fault, CancellationToken ct)
    {
        try
        {
            foreach (var build in await database.Write(tx => tx.All<long>("""
                UPDATE builds SET why = @why, revision = revision + 1 WHERE state = 'Publishing' AND id IN (SELECT build_id FROM tag_builds WHERE tag_id = @tag AND untagged_at IS NULL) RETURNING id
                """, new { tag, why = $"Built; its repository could not be published yet and is tried again every {again.TotalSeconds:0} s: {fault.Message}" }), ct))
                bells.Ring(Bells.Build(build));
        }
        catch (DbException full)
        {
            // On a full disk not even the reason can be written; the next try may find room.
            log.LogError(full, "The reason could not be written to the builds of tag {Tag}", tag);
        }
    }
}
