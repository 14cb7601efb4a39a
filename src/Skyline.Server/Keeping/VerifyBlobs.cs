using System.Buffers;
using System.Data;
using System.Security.Cryptography;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <summary>Every blob, read once: its own digest, and those of the signed packages that are made of its bytes and another head.</summary>
sealed class VerifyBlobs(Database database, Blobs blobs, VerifyReport report)
{
    const int BufferSize = 1 << 20, AtOnce = 500;

    sealed record Copy(string FileName, byte[] Head, long BodyOffset, string Sha256, long Size);

    public async Task All(CancellationToken ct)
    {
        foreach (var some in blobs.All().Select(kept => kept.Blob).Chunk(AtOnce))
        {
            foreach (var blob in some) await One(blob.Sha256, ct);
            var orphans = database.Read(db => BlobReferences.Unreferenced(db, some.Select(blob => blob.Sha256))).ToHashSet();
            report.OrphanBlobs += orphans.Count;
            report.OrphanBytes += some.Where(blob => orphans.Contains(blob.Sha256)).Sum(blob => blob.Size);
        }
    }

    public async Task OfTag(long tag, CancellationToken ct)
    {
        for (var after = ""; ;)
        {
            var some = database.Read(db => db.All<string>("""
                SELECT DISTINCT r.blob_sha256 FROM rpms r JOIN tag_rpms t ON t.rpm_id = r.id WHERE t.tag_id = @tag AND r.blob_sha256 > @after ORDER BY r.blob_sha256 LIMIT 500
                """, new { tag, after }));
            foreach (var sha256 in some)
            {
                if (blobs.Has(sha256)) await One(sha256, ct);
                else await report.Find($"Blob {sha256} is missing: it is {Name(sha256)}.");
            }
            if (some.Count == 0) return;
            after = some[^1];
        }
    }

    /// <summary>What a row points at and is not there. Whoever deletes, deletes the row first.</summary>
    public async Task Missing(CancellationToken ct)
    {
        foreach (var (sha256, from) in BlobReferences.All(database))
        {
            ct.ThrowIfCancellationRequested();
            if (!blobs.Has(sha256) && database.Read(db => BlobReferences.Unreferenced(db, [sha256])).Count == 0)
                await report.Find($"Blob {sha256} is missing: it is {Name(sha256)}, named by {from}.");
        }
    }

    async Task One(string sha256, CancellationToken ct)
    {
        var copies = database.Read(db => db.All<Copy>("""
            SELECT r.file_name AS FileName, s.head AS Head, s.body_offset AS BodyOffset, s.sha256 AS Sha256, s.size AS Size
            FROM rpms r JOIN signed_rpms s ON s.rpm_id = r.id WHERE r.blob_sha256 = @sha256
            """, new { sha256 }));
        try
        {
            await Digest(sha256, copies, ct);
        }
        catch (FileNotFoundException)
        {
            // It went meanwhile; if it should not have, that is found by who names it.
        }
        catch (IOException fault)
        {
            await report.Find($"Blob {sha256} ({Name(sha256)}) cannot be read: {fault.Message}");
        }
        report.Blobs++;
        await report.Go("blobs", report.Blobs);
    }

    async Task Digest(string sha256, IReadOnlyList<Copy> copies, CancellationToken ct)
    {
        await using var file = blobs.Open(sha256);
        using var own = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var signed = copies.Select(copy => (Copy: copy, Hash: Begun(copy))).ToList();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var at = 0L;
        for (int read; (read = await file.ReadAsync(buffer, ct)) > 0; at += read)
        {
            own.AppendData(buffer.AsSpan(0, read));
            foreach (var (copy, hash) in signed)
                if (copy.BodyOffset < at + read) hash.AppendData(buffer.AsSpan(0, read)[(int)Math.Max(0, copy.BodyOffset - at)..]);
        }
        ArrayPool<byte>.Shared.Return(buffer);
        report.Bytes += at;
        if (Hex(own) is var found && found != sha256)
            await report.Find($"Blob {sha256} is damaged: its bytes have the SHA-256 {found} now. It is {Name(sha256)}; restore it from a backup, or build or import that anew.");
        foreach (var (copy, hash) in signed)
        {
            report.SignedPackages++;
            if (Hex(hash) is var is256 && is256 != copy.Sha256)
                await report.Find($"{copy.FileName} would be served with the SHA-256 {is256}, and is known as {copy.Sha256}.");
            if (copy.Head.Length + at - copy.BodyOffset != copy.Size)
                await report.Find($"{copy.FileName} would be served with {copy.Head.Length + at - copy.BodyOffset} bytes, and is known to have {copy.Size}.");
            hash.Dispose();
        }
    }

    static IncrementalHash Begun(Copy copy)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(copy.Head);
        return hash;
    }

    static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetCurrentHash());

    /// <summary>What people call it.</summary>
    string Name(string sha256) => database.Read(db => db.One<string>("""
        SELECT file_name || ' of build ' || build_id FROM rpms WHERE blob_sha256 = @sha256
        UNION ALL SELECT srpm_file || ', the source package of build ' || id FROM builds WHERE srpm_sha256 = @sha256
        UNION ALL SELECT file_name || ', uploaded by run ' || run_id FROM run_files WHERE sha256 = @sha256
        UNION ALL SELECT 'the lock of run ' || id FROM task_runs WHERE lock_sha256 = @sha256 LIMIT 1
        """, new { sha256 })) ?? "nothing that a build knows of";
}
