using System.Buffers;
using System.Security.Cryptography;

namespace Skyline.Server.Storage;

/// <summary>Reads from one stream, and writes and digests every byte that passes; bounded, with one pooled buffer whatever the size.</summary>
/// <param name="kept">So many of the first bytes are in the copy already.</param>
sealed class PassingStream(Stream source, Stream copy, long maxBytes, Func<long> roomLeft, long kept = 0) : PassedStream
{
    /// <summary>How often the disk is asked whether it still has room.</summary>
    const long CheckEvery = 64L << 20;

    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    long passed, nextCheck;

    public Blob Blob() => new(Convert.ToHexStringLower(hash.GetCurrentHash()), passed);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken);
        if (passed + read > maxBytes)
            throw new BlobRefusedException(413, $"More than {maxBytes / (1 << 20)} MiB were sent; that is this server's limit for one file (Skyline:MaxUploadBytes).");
        if (passed >= nextCheck)
        {
            if (roomLeft() < read) throw new BlobRefusedException(507, Blobs.DiskFull);
            nextCheck = passed + CheckEvery;
        }
        hash.AppendData(buffer.Span[..read]);
        await copy.WriteAsync(buffer[(int)Math.Clamp(kept - passed, 0, read)..read], cancellationToken);
        passed += read;
        return read;
    }

    public async Task DrainAsync(CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            while (await ReadAsync(buffer, ct) > 0) { }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) hash.Dispose();
        base.Dispose(disposing);
    }
}
