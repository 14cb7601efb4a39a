using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <summary>
/// Removes blobs that nothing points at: what retention let go of, and what a killed server had received for nobody. A blob that is
/// about to be named is safe twice over: it came, or came again, within the grace; and who names one makes sure in the write that
/// does so that it is there, while a blob is removed in a write too.
/// </summary>
public sealed class CollectGarbage(Database database, Blobs blobs, KeepingReports reports, TimeProvider time, ILogger<CollectGarbage> log)
{
    public static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>So few that nobody waits long for their turn to write.</summary>
    const int AtOnce = 100;

    public Task<CollectedGarbage> Run(bool dryRun, CancellationToken ct) => reports.Note(
        dryRun ? KeepingWork.Count : KeepingWork.Collection, "", () => Collect(dryRun, ct), collected => (collected, null), SkylineJson.Default.CollectedGarbage, ct);

    async Task<CollectedGarbage> Collect(bool dryRun, CancellationToken ct)
    {
        var before = time.GetUtcNow() - Grace;
        var (count, bytes) = (0, 0L);
        var (seen, size) = (0L, 0L);
        foreach (var some in Counted(blobs.All()).Where(kept => kept.At < before).Select(kept => kept.Blob).Chunk(AtOnce))
        {
            ct.ThrowIfCancellationRequested();
            var unreferenced = database.Read(db => BlobReferences.Unreferenced(db, some.Select(blob => blob.Sha256))).ToHashSet();
            var garbage = some.Where(blob => unreferenced.Contains(blob.Sha256)).ToList();
            if (garbage.Count == 0) continue;
            var gone = dryRun ? garbage : await database.Write(tx =>
                garbage.Where(blob => !BlobReferences.IsReferenced(tx, blob.Sha256) && blobs.DeleteOld(blob.Sha256, before)).ToList(), ct);
            (count, bytes) = (count + gone.Count, bytes + gone.Sum(blob => blob.Size));
        }
        if (!dryRun) log.LogInformation("{Count} blobs that nothing pointed at were removed, {Bytes} bytes", count, bytes);
        return new(dryRun, count, bytes, seen - count, size - bytes);

        IEnumerable<(Blob Blob, DateTimeOffset At)> Counted(IEnumerable<(Blob Blob, DateTimeOffset At)> all)
        {
            foreach (var one in all)
            {
                (seen, size) = (seen + 1, size + one.Blob.Size);
                yield return one;
            }
        }
    }
}
