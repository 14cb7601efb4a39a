using System.Data;
using Skyline.Rpm;
using Skyline.Server.Storage;

namespace Skyline.Server.Planning;

/// <summary>
/// Packages that came before this server knew of capabilities: at start, in the background, they are read from their kept files. What cannot be
/// read any more offers nothing and asks for nothing; `skyline repo verify` tells of such files.
/// </summary>
public sealed class FillCapabilities(Database database, Blobs blobs, HeaderBudget headers, Bells bells, ILogger<FillCapabilities> log) : BackgroundService
{
    const int AtOnce = 50;

    sealed record Missing
    {
        public long? Rpm { get; init; }
        public required string FileName { get; init; }
        public required string Sha256 { get; init; }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var filled = 0;
        for (var some = Next(); some.Count > 0; some = Next())
        {
            var read = new List<(Missing Of, Nevra Nevra, PackageCapabilities Capabilities)>();
            foreach (var one in some) read.Add(await Read(one, stoppingToken));
            await database.Write(tx => { foreach (var (of, nevra, capabilities) in read) Put(tx, of, nevra, capabilities); }, stoppingToken);
            filled += some.Count;
        }
        if (filled == 0) return;
        log.LogInformation("What {Packages} packages of earlier versions offer and ask for is known now", filled);
        bells.Ring(Bells.Batches);
    }

    /// <summary>Found by what is missing, so that killed anywhere it goes on from there.</summary>
    IReadOnlyList<Missing> Next() => database.Read(db => db.All<Missing>("""
        SELECT id AS Rpm, file_name AS FileName, blob_sha256 AS Sha256 FROM rpms r WHERE NOT EXISTS (SELECT 1 FROM package_capabilities c WHERE c.rpm_id = r.id) ORDER BY id DESC LIMIT @AtOnce
        """, new { AtOnce })) is { Count: > 0 } packages ? packages : database.Read(db => db.All<Missing>("""
        SELECT DISTINCT NULL AS Rpm, srpm_file AS FileName, srpm_sha256 AS Sha256 FROM builds b
        WHERE srpm_sha256 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM source_capabilities c WHERE c.srpm_sha256 = b.srpm_sha256) LIMIT @AtOnce
        """, new { AtOnce }));

    async Task<(Missing Of, Nevra Nevra, PackageCapabilities Capabilities)> Read(Missing one, CancellationToken ct)
    {
        try
        {
            using var room = headers.Enter();
            await using var file = blobs.Open(one.Sha256);
            var package = await RpmPackage.Read(file, one.FileName, room, ct);
            return (one, package.Nevra, PackageCapabilities.Of(package));
        }
        catch (Exception fault) when (fault is BadRpmException or IOException)
        {
            log.LogWarning("What {File} offers and asks for stays unknown: {Why}", one.FileName, fault.Message);
            return (one, Nevra.Parse(one.FileName), PackageCapabilities.None);
        }
    }

    static void Put(IDbTransaction tx, Missing of, Nevra nevra, PackageCapabilities capabilities)
    {
        if (of.Rpm is null) KeptCapabilities.PutSource(tx, of.Sha256, nevra, capabilities);
        // Retention may have removed it meanwhile.
        else if (tx.One<bool>("SELECT EXISTS (SELECT 1 FROM rpms WHERE id = @Rpm)", of)) KeptCapabilities.Put(tx, of.Rpm.Value, capabilities);
    }
}
