using System.Collections.Concurrent;
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
public sealed class PullThrough(FetchFile fetch, Blobs blobs, PackageCache cache, IHostApplicationLifetime lifetime) : IAsyncDisposable
{
    const int MostAtOnce = 16;
    readonly ConcurrentDictionary<string, Lazy<Task<Pulled>>> underWay = new();
    readonly SemaphoreSlim room = new(MostAtOnce, MostAtOnce);

    public Task<Pulled> Pull(External external, IReadOnlyList<string> mirrors, UpstreamFile file, CancellationToken ct)
    {
        if (cache.Find(file.Checksum) is { } sha256) return Task.FromResult<Pulled>(new Pulled.Here(sha256));
        var flight = underWay.GetOrAdd(file.Checksum.ToString(), key => new(() => Task.Run(() => Once(key, external, mirrors, file, lifetime.ApplicationStopping))));
        return flight.Value.WaitAsync(ct);
    }

    async Task<Pulled> Once(string key, External external, IReadOnlyList<string> mirrors, UpstreamFile file, CancellationToken ct)
    {
        await room.WaitAsync(ct);
        try
        {
            // The flight before this one may have landed between the look into the cache and the take-off.
            if (cache.Find(file.Checksum) is { } landed) return new Pulled.Here(landed);
            for (var again = false; ; again = true)
            {
                var blob = AlreadyHere(file) ?? await fetch.Fetch(external, mirrors, file, ct);
                if (await cache.Add(file.Checksum, blob, ct)) return new Pulled.Here(blob.Sha256);
                if (again) return new Pulled.Failed($"{file.Path} was removed twice while it was being kept; ask again");
            }
        }
        catch (UpstreamException fault)
        {
            return new Pulled.Failed(fault.Message);
        }
        catch (BlobRefusedException full)
        {
            return new Pulled.Failed(full.Message);
        }
        finally
        {
            room.Release();
            underWay.TryRemove(key, out _);
        }
    }

    /// <summary>The same bytes may be here for another reason: a package of our own, or one that a crash left without its row.</summary>
    Blob? AlreadyHere(UpstreamFile file) =>
        file.Checksum.IsBlobName && blobs.Has(file.Checksum.Hex) ? new(file.Checksum.Hex, new FileInfo(blobs.PathOf(file.Checksum.Hex)).Length) : null;

    /// <summary>Told to stop with the server; waited for, so that nothing writes to what is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(underWay.Values.Select(flight => flight.Value)).ContinueWith(_ => { }, TaskScheduler.Default);
        room.Dispose();
    }
}
