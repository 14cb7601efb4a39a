using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Keeping;

/// <summary>
/// Exports the tags that the operator listed whenever they have a new snapshot: in the background, one at a time, in turn with
/// retention and checks. What is published meanwhile goes into the next export; a server that was stopped goes on with what is behind.
/// </summary>
public sealed class ExportNewest(Database database, KeepingTurns turns, ExportTag export, KeepingReports reports, SkylineSettings settings, Bells bells, TimeProvider time, ILogger<ExportNewest> log) : BackgroundService
{
    static readonly TimeSpan again = TimeSpan.FromMinutes(5), breath = TimeSpan.FromSeconds(1);

    /// <summary>Exports that failed, of which snapshot and when.</summary>
    readonly Dictionary<long, (long Snapshot, long At)> failed = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.ExportTags.Length == 0 || settings.ExportFolder.Length == 0) return;
        try
        {
            while (true)
            {
                var (bell, begun) = (bells.Next(Bells.Snapshots), time.GetTimestamp());
                var behind = Behind();
                foreach (var (tag, snapshot) in behind) await Export(tag, snapshot, stoppingToken);
                // A tag of many packages that is published all the time takes half of one core at most.
                if (behind.Count > 0) await Task.Delay(time.GetElapsedTime(begun) + breath, time, stoppingToken);
                if (failed.Count == 0) await bell.WaitAsync(stoppingToken);
                else await bells.Wait(bell, again, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; what is behind is behind as before.
        }
    }

    List<(Tag Tag, long Snapshot)> Behind()
    {
        var exported = reports.All().Where(one => one.Work == nameof(KeepingWork.Export)).ToDictionary(one => one.Subject, one => one.SnapshotId);
        return [.. database.Read(db => settings.ExportTags.Distinct().Select(name => Tag.Find(db, name)).OfType<Tag>().Select(tag => (tag, db.One<long>("SELECT coalesce(max(id), 0) FROM snapshots WHERE tag_id = @Id", tag))).ToList())
            .Where(one => exported.GetValueOrDefault(one.tag.Name) != one.Item2 || !Directory.Exists(Path.Combine(settings.ExportFolder, one.tag.Name)))
            .Where(one => !failed.TryGetValue(one.tag.Id, out var last) || last.Snapshot != one.Item2 || time.GetElapsedTime(last.At) >= again)];
    }

    async Task Export(Tag tag, long snapshot, CancellationToken ct)
    {
        using var turn = await turns.Take($"export of {tag.Name}", ct);
        try
        {
            if (await export.Run(tag, "", null, ct) is Exported.Refused refused) Failed(refused.Why.Sentence);
            else failed.Remove(tag.Id);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Failed(fault.Message);
        }

        void Failed(string why)
        {
            failed[tag.Id] = (snapshot, time.GetTimestamp());
            log.LogError("Tag {Tag} could not be exported, and is tried again in {Again}: {Why}", tag.Name, again, why);
        }
    }
}
