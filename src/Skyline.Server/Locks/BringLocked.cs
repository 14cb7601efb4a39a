using System.Data;
using Skyline.Protocol;
using Skyline.Server.Externals;
using Skyline.Server.Storage;

namespace Skyline.Server.Locks;

/// <summary>
/// Brings the packages that a lock names to the blobs: those that are not here, from the pinned states that its runs were made of. On
/// this server's own disk or at an upstream they may be gone tomorrow.
/// </summary>
public sealed class BringLocked(Database database, Blobs blobs, PullThrough pull, PackageCache cache, VerifiedOnDisk onDisk, IHostApplicationLifetime lifetime, ILogger<BringLocked> log) : IAsyncDisposable
{
    const int AtOnce = 4;
    /// <summary>Runs with the same lock were made of the same packages, but maybe of other states that have them.</summary>
    const int MostRuns = 5;
    readonly Flights<string, IReadOnlyDictionary<string, string>> flights = new();

    sealed record Pin
    {
        public required string Name { get; init; }
        public required string Arch { get; init; }
        public required string Hash { get; init; }
    }

    /// <returns>Of those packages that could not be had, by SHA-256, why.</returns>
    public Task<IReadOnlyDictionary<string, string>> Bring(string lockSha256, CancellationToken ct) =>
        flights.Join(lockSha256, () => Once(lockSha256, lifetime.ApplicationStopping)).WaitAsync(ct);

    async Task<IReadOnlyDictionary<string, string>> Once(string lockSha256, CancellationToken ct)
    {
        var packages = LockText.Read(await File.ReadAllTextAsync(blobs.PathOf(lockSha256), ct));
        var missing = Missing(packages).ToDictionary(package => package.Sha256, WhyNowhere);
        foreach (var pin in missing.Count == 0 ? [] : Pins(lockSha256))
        {
            if (database.Read(db => External.Find(db, pin.Name)) is not { } external || missing.Count == 0) continue;
            await BringFrom(external, pin, packages.Where(package => missing.ContainsKey(package.Sha256) && IsOf(external, package.Repo)).ToList(), missing, ct);
        }
        return missing;
    }

    /// <summary>Those that are neither signed packages of our own nor blobs.</summary>
    List<LockedPackage> Missing(IReadOnlyList<LockedPackage> packages)
    {
        var own = database.Read(db => packages.Select(package => package.Sha256).Where(sha256 => IsOwn(db, sha256)).ToHashSet());
        return [.. packages.Where(package => !own.Contains(package.Sha256) && !blobs.Has(package.Sha256)).DistinctBy(package => package.Sha256)];
    }

    public static bool IsOwn(IDbConnection db, string sha256) => db.One<bool>("SELECT EXISTS (SELECT 1 FROM signed_rpms WHERE sha256 = @sha256)", new { sha256 });

    static string WhyNowhere(LockedPackage package) => package.Repo.StartsWith("skyline-", StringComparison.Ordinal)
        ? $"It was in the tag {package.Repo["skyline-".Length..]}, and was removed by retention."
        : $"Repository {package.Repo} was not pinned on this server when it was used, or what was pinned of it is not kept any more.";

    IReadOnlyList<Pin> Pins(string lockSha256) => database.Read(db => db.All<Pin>("""
        SELECT DISTINCT x.name, x.arch, x.hash FROM run_externals x
        WHERE x.run_id IN (SELECT id FROM task_runs WHERE lock_sha256 = @lockSha256 AND EXISTS (SELECT 1 FROM run_externals y WHERE y.run_id = task_runs.id) ORDER BY id DESC LIMIT @MostRuns)
        """, new { lockSha256, MostRuns }));

    static bool IsOf(External external, string repo) => repo.Length == 0 || repo == external.ChrootRepo || repo == $"external-{external.Name}";

    async Task BringFrom(External external, Pin pin, List<LockedPackage> wanted, Dictionary<string, string> missing, CancellationToken ct)
    {
        var mirrors = database.Read(db => WantedArch.Find(db, external.Id, pin.Arch))?.MirrorList ?? [];
        if (wanted.Count == 0 || mirrors.Count == 0 || Locate(external, pin, wanted) is not { } files) return;
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (file, token) =>
        {
            var why = await BringOne(external, mirrors, file, token);
            lock (missing)
            {
                if (why is null) missing.Remove(file.Checksum.Hex);
                else missing[file.Checksum.Hex] = why;
            }
        });
    }

    /// <summary>Where in the pinned state they are; null if it is not kept any more.</summary>
    List<UpstreamFile>? Locate(External external, Pin pin, List<LockedPackage> wanted)
    {
        var primary = database.Read(db => ExternalState.Of(db, external.Id, pin.Arch, pin.Hash) is [var state, ..]
            ? db.One<string>("SELECT sha256 FROM external_files WHERE state_id = @Id AND path LIKE '%primary.xml%' AND sha256 IS NOT NULL LIMIT 1", new { state.Id }) : null);
        if (primary is null || !blobs.Has(primary)) return null;
        var (found, digests) = (new List<UpstreamFile>(), wanted.Select(package => package.Sha256).ToHashSet());
        using var packed = blobs.Open(primary);
        using var opened = Rpm.Unpack.Open(packed);
        ReadPrimary.Each(opened, file =>
        {
            if (file.Checksum.IsBlobName && digests.Remove(file.Checksum.Hex)) found.Add(file);
        });
        return found;
    }

    /// <returns>Null when it is here now; else why not.</returns>
    async Task<string?> BringOne(External external, IReadOnlyList<string> mirrors, UpstreamFile file, CancellationToken ct)
    {
        try
        {
            // A cache that is over its bound would take it again before it is noted.
            using var held = cache.Hold(file.Checksum);
            return external.IsOnThisDisk ? await Copy(external, mirrors[0], file, ct)
                : await pull.Pull(external, mirrors, file, ct) is Pulled.Failed failed ? $"It cannot be had from {external.Name} now: {failed.Why}."
                : await Name(file, ct);
        }
        catch (Exception fault) when (fault is UpstreamException or BlobRefusedException or IOException)
        {
            log.LogWarning("{File} of {External}, which a lock names, is not kept: {Why}", file.Path, external.Name, fault.Message);
            return fault.Message.TrimEnd('.') + ".";
        }
    }

    async Task<string?> Copy(External external, string folder, UpstreamFile file, CancellationToken ct)
    {
        await using var stream = await onDisk.Open(UpstreamAddress.Of(folder, file.Path), file, ct);
        var (blob, _) = await blobs.Receive(stream, stream.Length, _ => Task.FromResult(true), ct);
        return blob.Sha256 == file.Checksum.Hex ? await Name(file, ct) : $"{file.Path} of {external.Name} changed while it was copied.";
    }

    /// <summary>From here on it stays; if no lock is noted for it, until the next retention.</summary>
    async Task<string?> Name(UpstreamFile file, CancellationToken ct) => await database.Write(tx => blobs.Has(file.Checksum.Hex) && tx.Execute("""
        INSERT INTO locked_packages (sha256, size, blob_sha256) VALUES (@Hex, @size, @Hex) ON CONFLICT (sha256) DO UPDATE SET blob_sha256 = @Hex, why = NULL
        """, new { file.Checksum.Hex, size = file.Size ?? 0 }) == 1, ct) ? null : $"{file.Path} was removed while it was being kept.";

    public ValueTask DisposeAsync() => flights.DisposeAsync();
}
