using System.Buffers;
using System.Security.Cryptography;

namespace Skyline.Rpm;

/// <summary>Reads a payload to its end and holds header and payload against every digest and size that the headers state.</summary>
static class VerifyPackage
{
    const int ChunkSize = 128 << 10;

    public static async ValueTask Verify(RpmPackage package, Stream payload, CancellationToken ct)
    {
        var digests = StatedDigest.Of(package);
        try
        {
            foreach (var digest in digests.Where(d => d.CoversHeader))
                digest.Append(package.Header.Bytes.Span);
            CheckAll(package, digests.Where(d => !d.CoversPayload));
            var size = await ReadPayload(payload, [.. digests.Where(d => d.CoversPayload)], ct);
            CheckSizes(package, size);
            CheckAll(package, digests.Where(d => d.CoversPayload));
        }
        finally
        {
            foreach (var digest in digests)
                digest.Dispose();
        }
    }

    static async ValueTask<long> ReadPayload(Stream payload, StatedDigest[] digests, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            var size = 0L;
            while (await payload.ReadAsync(buffer, ct) is > 0 and var read)
            {
                size += read;
                foreach (var digest in digests)
                    digest.Append(buffer.AsSpan(0, read));
            }
            return size;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Sizes first: they tell a cut upload from a damaged one.</summary>
    static void CheckSizes(RpmPackage package, long payload)
    {
        if (StatedPayloadSize(package) is not { } stated || stated == payload)
            return;
        throw payload < stated
            ? ReadHeaders.CutShort(package.File, package.HeaderEnd + payload, $"its payload of {stated} bytes")
            : new BadRpmException($"{package.File} has {payload - stated} bytes after its end: its payload should be {stated} bytes, {payload} came.");
    }

    /// <summary>Version 6 states the payload's size in its header; before, the signature header states that of header and payload together.</summary>
    static long? StatedPayloadSize(RpmPackage package)
    {
        if (package.Format == RpmFormat.V6)
            return package.Header.Integer(RpmTag.PayloadSize);
        var whole = package.Signature.Integer(SignatureTag.LongSize) ?? package.Signature.Integer(SignatureTag.Size);
        return whole - (package.HeaderEnd - package.HeaderStart);
    }

    static void CheckAll(RpmPackage package, IEnumerable<StatedDigest> digests)
    {
        foreach (var digest in digests)
        {
            if (!digest.Matches())
                throw new BadRpmException($"{package.File} is damaged: the {digest.Name} is not the one that the package states.");
        }
    }
}

/// <summary>A digest that a package states of its own bytes, and the same one as they are read.</summary>
sealed class StatedDigest(string name, HashAlgorithmName algorithm, byte[] stated, bool coversHeader, bool coversPayload) : IDisposable
{
    readonly IncrementalHash hash = IncrementalHash.CreateHash(algorithm);

    public string Name => name;
    public bool CoversHeader => coversHeader;
    public bool CoversPayload => coversPayload;

    public void Append(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);

    public bool Matches() => hash.GetHashAndReset().AsSpan().SequenceEqual(stated);

    public void Dispose() => hash.Dispose();

    public static StatedDigest[] Of(RpmPackage package)
    {
        var (signature, header, v6) = (package.Signature, package.Header, package.Format == RpmFormat.V6);
        StatedDigest?[] all =
        [
            Hex(package, signature, SignatureTag.Sha256, "SHA-256 of the main header", HashAlgorithmName.SHA256, true),
            Hex(package, signature, SignatureTag.Sha1, "SHA-1 of the main header", HashAlgorithmName.SHA1, true),
            Hex(package, signature, SignatureTag.Sha3, "SHA3-256 of the main header", HashAlgorithmName.SHA3_256, true),
            v6 ? null : Md5(package, signature),
            Hex(package, header, RpmTag.PayloadDigest, "digest of the payload", PayloadAlgorithm(package), false),
            Hex(package, header, RpmTag.PayloadSha512, "SHA-512 of the payload", HashAlgorithmName.SHA512, false),
            Hex(package, header, RpmTag.PayloadSha3, "SHA3-256 of the payload", HashAlgorithmName.SHA3_256, false),
        ];
        return [.. all.OfType<StatedDigest>()];
    }

    static StatedDigest? Hex(RpmPackage package, RpmHeader header, RpmTag tag, string name, HashAlgorithmName algorithm, bool ofHeader)
    {
        if (header.String(tag) is not { } text)
            return null;
        // OpenSSL before 1.1.1 and old Windows lack SHA-3; a SHA-256 of the same bytes always stands beside it.
        if (algorithm == HashAlgorithmName.SHA3_256 && !SHA3_256.IsSupported)
            return null;
        var stated = new byte[text.Length / 2];
        if (Convert.FromHexString(text, stated, out _, out var written) != OperationStatus.Done || written * 2 != text.Length)
            throw new BadRpmException($"{package.File} states a {name} that is no hexadecimal number: \"{CheckNevra.Shown(text)}\".");
        return new(name, algorithm, stated, coversHeader: ofHeader, coversPayload: !ofHeader);
    }

    static StatedDigest? Md5(RpmPackage package, RpmHeader signature)
    {
        if (!signature.Has(SignatureTag.Md5))
            return null;
        return new("MD5 of header and payload", HashAlgorithmName.MD5, signature.Binary(SignatureTag.Md5).ToArray(), true, true);
    }

    /// <summary>By OpenPGP's numbers; rpm has only ever written SHA-256.</summary>
    static HashAlgorithmName PayloadAlgorithm(RpmPackage package) => (package.Header.Integer(RpmTag.PayloadDigestAlgo) ?? 8) switch
    {
        2 => HashAlgorithmName.SHA1,
        8 => HashAlgorithmName.SHA256,
        9 => HashAlgorithmName.SHA384,
        10 => HashAlgorithmName.SHA512,
        var other => throw new BadRpmException($"{package.File} states a digest of its payload by the unknown algorithm {other}."),
    };
}
