using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Skyline.Rpm;

/// <summary>Content hashes that leave signatures aside.</summary>
public static class ContentHash
{
    const int ChunkSize = 128 << 10;

    /// <summary>L0: SHA-256 of the main header's bytes, lower-case hex. The header holds the payload's digest, so it covers all but signatures.</summary>
    public static string L0(RpmPackage package) => package.ContentHash;

    /// <summary>
    /// L1: header without the tags that vary between honest rebuilds, and the uncompressed payload; SHA-256, lower-case hex.
    /// Decompression is bounded by <paramref name="maxPayload"/> bytes. It reads the stream synchronously, on a thread of the pool.
    /// </summary>
    /// <param name="package">The package, read from the same file.</param>
    /// <param name="payload">Stands at the payload's first byte, as <see cref="RpmPackage.Read(Stream, CancellationToken)"/> leaves it.</param>
    /// <param name="maxPayload">How many bytes it may unpack to.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="BadRpmException">The payload does not decompress, or is larger than allowed.</exception>
    public static Task<string> L1(RpmPackage package, Stream payload, long maxPayload, CancellationToken ct) => Task.Run(() =>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("skyline-rpm-content/1\n"u8);
        AppendHeader(hash, package.Header, Varies);
        hash.AppendData(PayloadHash(package, payload, maxPayload, ct));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }, ct);

    /// <summary>
    /// What a noarch package is, wherever it was built: SHA-256, lower-case hex, of its header without the tags that vary between
    /// honest rebuilds or name the builder's architecture (OPTFLAGS, PLATFORM). The payload is in it by the digest that the header states.
    /// </summary>
    public static string AcrossArches(RpmPackage package)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("skyline-rpm-noarch/1\n"u8);
        AppendHeader(hash, package.Header, tag => tag is 1122 or 1132 || (Varies(tag) && tag is not (5092 or 5097)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Each value as (tag, type, count: 4 bytes; length: 8 bytes; bytes), big-endian, by ascending tag.</summary>
    static void AppendHeader(IncrementalHash hash, RpmHeader header, Func<int, bool> leaveOut)
    {
        Span<byte> intro = stackalloc byte[20];
        foreach (var entry in header.Entries)
        {
            if (leaveOut((int)entry.Tag))
                continue;
            BinaryPrimitives.WriteInt32BigEndian(intro, (int)entry.Tag);
            BinaryPrimitives.WriteInt32BigEndian(intro[4..], (int)entry.Type);
            BinaryPrimitives.WriteInt32BigEndian(intro[8..], entry.Count);
            BinaryPrimitives.WriteInt64BigEndian(intro[12..], entry.Length);
            hash.AppendData(intro);
            hash.AppendData(header.ValueOf(entry));
        }
    }

    /// <summary>Regions, build time and host, the cookie and the source's id of one rpmbuild run, digests of the compressed payload.</summary>
    static bool Varies(int tag) => tag is 62 or 63 or 1006 or 1007 or 1094 or 1146 or 5092 or 5097;

    static byte[] PayloadHash(RpmPackage package, Stream payload, long maxPayload, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        var size = 0L;
        try
        {
            using var plain = PayloadStream.Open(package, payload);
            while (plain.Read(buffer.AsSpan(0, ChunkSize)) is > 0 and var read)
            {
                ct.ThrowIfCancellationRequested();
                if ((size += read) > maxPayload)
                    throw new BadRpmException($"{package.File} has a payload that unpacks to more than the {maxPayload} bytes allowed.");
                hash.AppendData(buffer, 0, read);
            }
            return hash.GetHashAndReset();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
