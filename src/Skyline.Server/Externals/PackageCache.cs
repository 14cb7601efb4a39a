using System.Collections.Concurrent;
using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>
/// The packages of external repositories that were fetched, by the checksum that metadata states, within a bound: the least recently
/// used go first, and none that is being served. When each was last used is written now and then, not with every download.
/// </summary>
public sealed class PackageCache(Database database, Blobs blobs, PinState states, SkylineSettings settings, TimeProvider time)
{
    const int Batch = 500, MostUnwritten = 5000;
    readonly ConcurrentDictionary<string, long> used = new();
    readonly ConcurrentDictionary<string, int> held = new();

    sealed record Row
    {
        public required string Checksum { get; init; }
        public required string Sha256 { get; init; }
        public long Size { get; init; }
    }

    /// <summary>It is not evicted until this is disposed.</summary>
    public IDisposable Hold(Checksum checksum)
    {
        var key = checksum.ToString();
        held.AddOrUpdate(key, 1, (_, count) => count + 1);
        return new Release(() =>
        {
            if (held.AddOrUpdate(key, 0, (_, count) => count - 1) == 0) held.TryRemove(new(key, 0));
        });
    }

    sealed class Release(Action act) : IDisposable
    {
        Action? act = act;

        public void Dispose() => Interlocked.Exchange(ref act, null)?.Invoke();
    }

    /// <returns>The name of its blob; null if it is not here.</returns>
    public string? Find(Checksum checksum)
    {
        var key = checksum.ToString();
        if (database.Read(db => db.One<string>("SELECT sha256 FROM external_cache WHERE checksum = @key", new { key })) is not { } sha256 || !blobs.Has(sha256)) return null;
        used[key] = time.Stamp();
        return sha256;
    }

    /// <returns>False if its file is gone again: whoever swept it saw no row yet.</returns>
    public async Task<bool> Add(Checksum checksum, Blob blob, CancellationToken ct)
    {
        return await database.Write(tx => blobs.Has(blob.Sha256) && tx.Execute("""
            INSERT INTO external_cache (checksum, sha256, size, used_at) VALUES (@checksum, @Sha256, @Size, @now)
            ON CONFLICT (checksum) DO UPDATE SET sha256 = @Sha256, size = @Size, used_at = @now
            """, new { checksum = checksum.ToString(), blob.Sha256, blob.Size, now = time.Stamp() }) == 1, ct);
    }

    public long Bytes() => database.Read(Bytes);

    static long Bytes(IDbConnection db) => db.One<long?>("SELECT sum(size) FROM external_cache") ?? 0;

    public async Task Evict(CancellationToken ct)
    {
        var full = Bytes() > settings.ExternalCacheBytes;
        if (!full && used.Count < MostUnwritten) return;
        await WriteUsed(ct);
        if (!full) return;
        var gone = await database.Write(tx =>
        {
            // Counted in this very write: another one may have made the room by now.
            var over = Bytes(tx.Connection!) - settings.ExternalCacheBytes;
            var victims = new List<Row>();
            foreach (var row in tx.All<Row>("SELECT checksum, sha256, size FROM external_cache ORDER BY used_at LIMIT @Batch", new { Batch }).Where(row => !held.ContainsKey(row.Checksum)))
            {
                if (over <= 0) break;
                over -= row.Size;
                victims.Add(row);
                tx.Execute("DELETE FROM external_cache WHERE checksum = @Checksum", row);
            }
            return victims.Select(row => row.Sha256).ToList();
        }, ct);
        await states.DeleteUnreferenced(gone);
    }

    public async Task WriteUsed(CancellationToken ct)
    {
        var batch = used.ToArray();
        if (batch.Length == 0) return;
        await database.Write(tx =>
        {
            foreach (var (checksum, at) in batch) tx.Execute("UPDATE external_cache SET used_at = @at WHERE checksum = @checksum AND used_at < @at", new { checksum, at });
        }, ct);
        foreach (var written in batch) used.TryRemove(written);
    }
}
