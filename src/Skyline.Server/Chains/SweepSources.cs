using Quartz;
using Skyline.Server.Storage;

namespace Skyline.Server.Chains;

/// <summary>Every hour: source packages that were sent ahead and that no chain took go, as do those that never came whole, and chains that nobody goes on arranging. Their files are the garbage collection's.</summary>
sealed class SweepSources(Database database, Blobs blobs, TimeProvider time) : IJob
{
    public const string Cron = "0 40 * * * ?";
    static readonly TimeSpan half = TimeSpan.FromDays(1);

    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => new(Run(cancellationToken));

    public async Task Run(CancellationToken ct)
    {
        var before = time.Stamp() - (long)KeepSource.KeptFor.TotalMilliseconds;
        await database.Write(tx =>
        {
            tx.Execute("DELETE FROM kept_sources WHERE kept_at < @before", new { before });
            tx.Execute("DELETE FROM chain_drafts WHERE changed_at < @before", new { before });
            tx.Execute("""
                DELETE FROM source_capabilities AS c WHERE NOT EXISTS (SELECT 1 FROM kept_sources k WHERE k.srpm_sha256 = c.srpm_sha256)
                  AND NOT EXISTS (SELECT 1 FROM builds b WHERE b.srpm_sha256 = c.srpm_sha256) AND NOT EXISTS (SELECT 1 FROM batch_members m WHERE m.srpm_sha256 = c.srpm_sha256)
                """);
        }, ct);
        foreach (var name in blobs.AllUnfinished("source-*").ToList())
            if (File.GetLastWriteTimeUtc(blobs.Unfinished(name)) < (time.GetUtcNow() - half).UtcDateTime) File.Delete(blobs.Unfinished(name));
    }
}
