using System.Data;
using System.Text.Json;
using Skyline.Server.Storage;

namespace Skyline.Server.Locks;

/// <summary>
/// Sees to it that what a complete build was made from stays: notes its lock's packages, so that neither retention nor the cache's
/// bound takes them, and copies those that are only at an upstream or on the disk beside. Behind the builds, never before them.
/// </summary>
public sealed class KeepLocks(Database database, Blobs blobs, BringLocked bring, Bells bells, SkylineSettings settings, TimeProvider time, ILogger<KeepLocks> log) : BackgroundService
{
    /// <summary>As long as pinned states are kept for runs, what could not be had is asked for again every night.</summary>
    static readonly TimeSpan asked = TimeSpan.FromDays(7);

    /// <summary>Where a thousand builds end in a second, their locks are looked for together.</summary>
    static readonly TimeSpan breath = TimeSpan.FromMilliseconds(100);

    sealed record Row(long Id, string Sha256);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var bell = bells.Next(Bells.Builds);
            foreach (var row in Unnoted())
            {
                try
                {
                    await Note(row, stoppingToken);
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    log.LogError(fault, "The packages of lock {Lock} are not kept yet; that is tried again with the next build", row.Sha256);
                }
            }
            await bell.WaitAsync(stoppingToken);
            await Task.Delay(breath, time, stoppingToken);
        }
    }

    IReadOnlyList<Row> Unnoted() => database.Read(db =>
        db.All<Row>($"SELECT l.id AS Id, l.sha256 AS Sha256 FROM locks l WHERE l.noted_at IS NULL AND {WantedLocks.Wanted} ORDER BY l.id", WantedLocks.By(settings.KeepLocks)));

    async Task Note(Row row, CancellationToken ct)
    {
        var why = await bring.Bring(row.Sha256, ct);
        var packages = LockText.Read(await File.ReadAllTextAsync(blobs.PathOf(row.Sha256), ct)).DistinctBy(package => package.Sha256).ToList();
        var builds = await database.Write(tx =>
        {
            if (tx.Execute("UPDATE locks SET noted_at = @now WHERE id = @Id AND noted_at IS NULL", new { row.Id, now = time.Stamp() }) == 0) return [];
            // Which blobs there are is looked at in this very write: what is named in it stays.
            var json = JsonSerializer.Serialize(packages.Select(package => Seen(tx, package, why.GetValueOrDefault(package.Sha256))));
            tx.Execute("""
                INSERT INTO locked_packages (sha256, size, blob_sha256, why)
                SELECT json_extract(value, '$.Sha256'), CAST(json_extract(value, '$.Size') AS BIGINT), json_extract(value, '$.Blob'), json_extract(value, '$.Why') FROM json_each(@json) WHERE true
                ON CONFLICT (sha256) DO UPDATE SET blob_sha256 = excluded.blob_sha256, why = excluded.why, size = max(locked_packages.size, excluded.size)
                """, new { json });
            tx.Execute("""
                INSERT INTO lock_packages (lock_id, package_id)
                SELECT @Id, p.id FROM json_each(@json) JOIN locked_packages p ON p.sha256 = json_extract(value, '$.Sha256') WHERE true ON CONFLICT DO NOTHING
                """, new { row.Id, json });
            return tx.All<long>("""
                UPDATE builds SET revision = revision + 1 WHERE id IN (SELECT k.build_id FROM task_runs r JOIN build_tasks k ON k.id = r.task_id WHERE r.lock_sha256 = @Sha256 AND r.state = 'Succeeded') RETURNING id
                """, row);
        }, ct);
        if (why.Count > 0) log.LogWarning("{Missing} of {Packages} packages of lock {Lock} cannot be kept", why.Count, packages.Count, row.Sha256);
        foreach (var build in builds) bells.Ring(Bells.Build(build));
    }

    sealed record SeenPackage(string Sha256, long Size, string? Blob, string? Why);

    SeenPackage Seen(IDbTransaction tx, Protocol.LockedPackage package, string? why)
    {
        var blob = blobs.Has(package.Sha256) ? package.Sha256 : null;
        return new(package.Sha256, package.Size, blob, blob is not null || BringLocked.IsOwn(tx.Connection!, package.Sha256) ? null : why ?? "It went while it was being kept.");
    }

    /// <summary>Asks again for what could not be had.</summary>
    public async Task TryAgain(CancellationToken ct)
    {
        var again = await database.Write(tx => tx.Execute($"""
            UPDATE locks AS l SET noted_at = NULL WHERE l.noted_at IS NOT NULL AND {WantedLocks.Wanted}
              AND EXISTS (SELECT 1 FROM lock_packages x JOIN locked_packages p ON p.id = x.package_id WHERE x.lock_id = l.id AND p.blob_sha256 IS NULL AND p.why IS NOT NULL)
              AND EXISTS (SELECT 1 FROM task_runs n WHERE n.lock_sha256 = l.sha256 AND n.ended_at > @since)
            """, WantedLocks.By(settings.KeepLocks, new { since = (time.GetUtcNow() - asked).ToUnixTimeMilliseconds() })), ct);
        if (again > 0) bells.Ring(Bells.Builds);
    }
}
