using System.Data;
using System.Security.Cryptography;
using Skyline.Rpm;
using Skyline.Server.Storage;

namespace Skyline.Server.Repos;

/// <summary>
/// The bytes of frames. They are in the database, so that a snapshot and all that it is made of appear in one transaction; those in
/// use are kept in memory, bounded, the least recently used leaving first.
/// </summary>
public sealed class Frames(Database database, SkylineSettings settings)
{
    sealed record Kept(long Id, byte[] Bytes);

    readonly Lock gate = new();
    readonly Dictionary<long, LinkedListNode<Kept>> known = [];
    readonly LinkedList<Kept> byUse = [];
    long held;

    public byte[] Bytes(long id)
    {
        lock (gate)
        {
            if (known.TryGetValue(id, out var node))
            {
                byUse.Remove(node);
                byUse.AddFirst(node);
                return node.Value.Bytes;
            }
        }
        var bytes = database.Read(db => db.One<byte[]>("SELECT bytes FROM frames WHERE id = @id", new { id }))
            ?? throw new InvalidOperationException($"Frame {id} of a repository's metadata is missing from the database; `skyline repo verify` tells what else is.");
        Remember(id, bytes);
        return bytes;
    }

    public void Remember(long id, byte[] bytes)
    {
        lock (gate)
        {
            if (known.ContainsKey(id)) return;
            known[id] = byUse.AddFirst(new Kept(id, bytes));
            held += bytes.Length;
            while (held > settings.MetadataCacheBytes && byUse.Last is { } oldest && oldest != byUse.First)
            {
                byUse.RemoveLast();
                known.Remove(oldest.Value.Id);
                held -= oldest.Value.Bytes.Length;
            }
        }
    }

    /// <summary>It was not kept after all, so another may come by its number.</summary>
    public void Forget(long id)
    {
        lock (gate)
        {
            if (!known.Remove(id, out var node)) return;
            byUse.Remove(node);
            held -= node.Value.Bytes.Length;
        }
    }

    /// <summary>The same bytes are the same frame, whichever repositories they are part of.</summary>
    internal static Frame Keep(IDbTransaction tx, MetadataFrame frame)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(frame.Bytes.Span));
        // (A conflict that is resolved by an update would write the bytes once more.)
        var id = tx.One<long?>("SELECT id FROM frames WHERE sha256 = @sha256", new { sha256 })
            ?? tx.One<long>("INSERT INTO frames (sha256, open_size, bytes) VALUES (@sha256, @OpenSize, @bytes) RETURNING id", new { sha256, frame.OpenSize, bytes = frame.Bytes.ToArray() });
        return new(id, frame.Bytes.Length, frame.OpenSize);
    }
}
