using System.Buffers;

namespace Skyline.Rpm;

/// <summary>Reads a payload to its end and holds header and payload against every digest and size that the headers state.</summary>
static class VerifyPackage
{
    const int ChunkSize = 64 << 10; // fits the processor's cache, where several digests pass over it

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
