using System.Data;
using System.Runtime.ExceptionServices;
using Skyline.Rpm;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Repos;

/// <summary>A package signed with a key, and what a repository says of it. Only the head differs from the package as it came.</summary>
public sealed record SignedPackage(SignedHead Head, DateTimeOffset At, PackageMetadata Metadata)
{
    /// <summary>If it was signed with this key meanwhile, that one stays.</summary>
    public void Insert(IDbTransaction tx, long rpm, long key) => tx.Execute("""
        INSERT INTO signed_rpms (rpm_id, key_id, head, body_offset, sha256, size, signed_at, primary_xml, filelists_xml, other_xml)
        VALUES (@rpm, @key, @Bytes, @BodyOffset, @Sha256, @Size, @at, @primary, @filelists, @other) ON CONFLICT (rpm_id, key_id) DO NOTHING
        """, new
    {
        rpm, key, Head.Bytes, Head.BodyOffset, Head.Sha256, Head.Size, at = At.ToUnixTimeMilliseconds(),
        primary = Fragments.Pack(Metadata.Primary), filelists = Fragments.Pack(Metadata.Filelists), other = Fragments.Pack(Metadata.Other),
    });
}

/// <summary>Signs packages on their entry to a tag, and makes their metadata: once for a package and key, whatever tags share the key.</summary>
public sealed class SignPackages(Database database, Blobs blobs)
{
    const int AtOnce = 64;

    /// <summary>Signed packages are in memory, headers and metadata, until they are written: together no more than their files, or one.</summary>
    const long BytesAtOnce = 256 << 20;

    sealed record Unsigned(long Id, string FileName, string BlobSha256, long BlobSize, string ContentHash, string Location, long AddedAt);

    /// <param name="at">As of when it is signed: that it came, so that a second try makes the same.</param>
    public async Task<SignedPackage> Sign(string fileName, string blob, string contentHash, string location, TagKey key, DateTimeOffset at, CancellationToken ct)
    {
        await using var file = blobs.Open(blob);
        var head = await SignedHead.Make(file, key.Signer, at, ct);
        if (head.Package.ContentHash != contentHash)
            throw new InvalidOperationException($"The kept file of {fileName} is not the package that came: its content hash was {contentHash} and is {head.Package.ContentHash}. `skyline repo verify` tells what else is damaged.");
        return new(head, at, PackageMetadata.Of(head.Package, head.Sha256, head.Size, at, location));
    }

    /// <summary>Signs those of the packages that are not signed with the key yet. Killed or thrown in between, what was signed stays so, and the rest is signed by the next call.</summary>
    public async Task SignMissing(IReadOnlyCollection<long> rpms, TagKey key, CancellationToken ct)
    {
        foreach (var some in rpms.Chunk(AtOnce))
        {
            var missing = database.Read(db => db.All<Unsigned>("""
                SELECT r.id AS Id, r.file_name AS FileName, r.blob_sha256 AS BlobSha256, r.blob_size AS BlobSize, r.content_hash AS ContentHash, r.location AS Location, r.added_at AS AddedAt FROM rpms r
                WHERE r.id IN @some AND NOT EXISTS (SELECT 1 FROM signed_rpms s WHERE s.rpm_id = r.id AND s.key_id = @key)
                """, new { some, key = key.Id }));
            foreach (var few in BySize(missing)) await SignAll(few, key, ct);
        }
    }

    static IEnumerable<IReadOnlyList<Unsigned>> BySize(IReadOnlyList<Unsigned> all)
    {
        var (few, bytes) = (new List<Unsigned>(), 0L);
        foreach (var one in all)
        {
            if (few.Count > 0 && bytes + one.BlobSize > BytesAtOnce)
            {
                yield return few;
                (few, bytes) = ([], 0);
            }
            few.Add(one);
            bytes += one.BlobSize;
        }
        if (few.Count > 0) yield return few;
    }

    async Task SignAll(IReadOnlyList<Unsigned> missing, TagKey key, CancellationToken ct)
    {
        var (signed, fault) = (new SignedPackage?[missing.Count], (Exception?)null);
        await Parallel.ForAsync(0, missing.Count, ct, async (i, cancel) =>
        {
            // Who cannot sign one cannot sign the others; a package that cannot be read is one of many.
            if (fault is SigningRefusedException) return;
            try
            {
                signed[i] = await Sign(missing[i].FileName, missing[i].BlobSha256, missing[i].ContentHash, missing[i].Location, key, missing[i].AddedAt.ToTime(), cancel);
            }
            catch (Exception unsigned) when (unsigned is not OperationCanceledException)
            {
                fault = unsigned;
            }
        });
        await database.Write(tx =>
        {
            for (var i = 0; i < missing.Count; i++) signed[i]?.Insert(tx, missing[i].Id, key.Id);
        }, ct);
        if (fault is not null) ExceptionDispatchInfo.Throw(fault);
    }
}
