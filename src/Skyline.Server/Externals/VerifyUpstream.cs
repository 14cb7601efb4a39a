using System.Buffers;
using System.Security.Cryptography;
using Skyline.Rpm;
using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>
/// What an upstream sends, held against what it said before while it passes: never a byte more than stated, not one less, and the
/// checksum. Whoever reads to the end knows; whoever stores on the way stores nothing that is wrong.
/// </summary>
sealed class CheckedStream(Stream body, Checksum stated, long? size, long atMost) : PassedStream
{
    readonly IncrementalHash hash = stated.Start();
    long passed;

    /// <exception cref="UpstreamException">It is not what was stated.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        hash.AppendData(buffer.Span[..read]);
        passed += read;
        if (passed > (size ?? atMost)) throw new UpstreamException(size is null ? $"it is larger than {atMost} bytes" : $"it goes on after the {size} bytes that were stated");
        if (read == 0 && buffer.Length > 0) AtEnd();
        return read;
    }

    void AtEnd()
    {
        if (passed < size) throw new UpstreamException($"it was cut short: {passed} of {size} bytes came");
        var found = Convert.ToHexStringLower(hash.GetCurrentHash());
        if (found != stated.Hex) throw new UpstreamException($"its {stated.Type} is {found}, and {stated.Hex} was stated");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) hash.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A metadata file as it is unpacked: bounded, and digested.</summary>
sealed class OpenedStream(Stream packed, Checksum? stated, long? size, CancellationToken ct) : PassedStream
{
    public const long MostBytes = 8L << 30;
    readonly long most = Math.Min(size ?? MostBytes, MostBytes);
    readonly Stream plain = Unpack.Open(packed);
    readonly IncrementalHash? hash = stated?.Start();
    long passed;

    public override int Read(byte[] buffer, int offset, int count)
    {
        ct.ThrowIfCancellationRequested();
        var read = plain.Read(buffer, offset, count);
        hash?.AppendData(buffer.AsSpan(offset, read));
        passed += read;
        return passed <= most ? read : throw new InvalidDataException($"it unpacks to more than {most} bytes");
    }

    /// <summary>Reads what is left, and holds the whole against what was stated.</summary>
    public void Finish()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        while (Read(buffer, 0, buffer.Length) > 0) { }
        ArrayPool<byte>.Shared.Return(buffer);
        if (passed < size) throw new InvalidDataException($"it unpacks to {passed} bytes, and {size} were stated");
        if (hash is not null && Convert.ToHexStringLower(hash.GetCurrentHash()) != stated!.Hex) throw new InvalidDataException($"it unpacks to other bytes than were stated: its {stated.Type} differs");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            plain.Dispose();
            hash?.Dispose();
        }
        base.Dispose(disposing);
    }
}
