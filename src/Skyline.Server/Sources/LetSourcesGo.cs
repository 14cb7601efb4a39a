using Skyline.Server.Storage;

namespace Skyline.Server.Sources;

/// <summary>Trees and files that source packages were made of: once these are made, they hold all of it. What they were stays noted.</summary>
static class LetSourcesGo
{
    public static Task Run(Database database, SkylineSettings settings, DateTimeOffset now, CancellationToken ct)
    {
        var before = (now - TimeSpan.FromDays(settings.KeepFailedDays)).ToUnixTimeMilliseconds();
        return database.Write(tx =>
        {
            tx.Execute("UPDATE build_sources SET tar_sha256 = NULL WHERE tar_sha256 IS NOT NULL AND build_id IN (SELECT id FROM builds WHERE state IN ('Complete', 'Failed', 'Cancelled') AND ended_at < @before)", new { before });
            tx.Execute("UPDATE run_sources SET blob_sha256 = NULL WHERE blob_sha256 IS NOT NULL AND run_id IN (SELECT id FROM task_runs WHERE ended_at < @before)", new { before });
        }, ct);
    }
}
