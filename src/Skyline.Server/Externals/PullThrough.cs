using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>What came of asking for a file.</summary>
public abstract record Pulled
{
    public sealed record Here(string Sha256) : Pulled;

    public sealed record Failed(string Why) : Pulled;
}

/// <summary>
/// Brings a file of a pinned state from its upstream the first time it is asked for, verified, and from then on from the cache. A
/// rush for one file is one fetch, and the fetch outlives whoever began it: the next one finds it done.
/// </summary>
public sealed class PullThrough(FetchFile fetch, Blobs blobs, PackageCache cache, IHostApplicationLifetime lifetime, ILogger<PullThrough> log) : IAsyncDisposable
{
    const int MostAtOnce = 16, MostOfOne = 4;
    /// <summary>Of one repository each, for another's upstream may be dead; the same bytes in both are kept once.</summary>
    readonly Flights<(long External, string Checksum), Pulled> flights = new();
    readonly Room room = new(MostAtOnce, MostOfOne);

    public Task<Pulled> Pull(External external, IReadOnlyList<string> mirrors, UpstreamFile file, CancellationToken ct)
    {
        if (cache.Find(file.Checksum) is { } sha256) return Task.FromResult<Pulled>(new Pulled.Here(sha256));
        return flights.Join((external.Id, file.Checksum.ToString()), () => Once(external, mirrors, file, lifetime.ApplicationStopping)).WaitAsync(ct);
    }

    async Task<Pulled> Once(External external, IReadOnlyList<string> mirrors, UpstreamFile file, CancellationToken ct)
    {
        try
        {
            return await room.In(external.Id, () => Bring(external, mirrors, file, ct), ct);
        }
        catch (Exception fault) when (fault is UpstreamException or BlobRefusedException)
        {
            return new Pulled.Failed(fault.Message.TrimEnd('.'));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return new Pulled.Failed("this server is being stopped");
        }
    }

    async Task<Pulled> Bring(External external, IReadOnlyList<string> mirrors, UpstreamFile file, CancellationToken ct)
    {
        // The flight before this one may have landed between the look into the cache and the take-off.
        if (cache.Find(file.Checksum) is { } landed) return new Pulled.Here(landed);
        for (var again = false; ; again = true)
        {
            var blob = AlreadyHere(file) ?? await fetch.Fetch(external, mirrors, file, ct);
            if (await cache.Add(file.Checksum, blob, ct))
            {
                await MakeRoom(ct);
                return new Pulled.Here(blob.Sha256);
            }
            if (again) return new Pulled.Failed($"{file.Path} was removed twice while it was being kept; ask again");
        }
    }

    /// <summary>The package is here, whether others go for it now or by the clock.</summary>
    async Task MakeRoom(CancellationToken ct)
    {
        try
        {
            await cache.Evict(ct);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogError(fault, "The cache of external packages could not be brought within its bound");
        }
    }

    /// <summary>The same bytes may be here for another reason: a package of our own, or one that a crash left without its row.</summary>
    Blob? AlreadyHere(UpstreamFile file) =>
        file.Checksum.IsBlobName && blobs.Has(file.Checksum.Hex) ? new(file.Checksum.Hex, new FileInfo(blobs.PathOf(file.Checksum.Hex)).Length) : null;

    public async ValueTask DisposeAsync()
    {
        await flights.DisposeAsync();
        room.Dispose();
    }
}
