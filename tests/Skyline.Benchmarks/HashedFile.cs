using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Skyline.Rpm;

namespace Skyline.Benchmarks;

/// <summary>A file that is read once, front to back, and hashed as it is read. Its buffer is lent.</summary>
sealed class HashedFile(SafeFileHandle file, byte[] buffer) : ForwardStream
{
    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    int at, filled;
    long position;

    /// <summary>SHA-256 of the whole file, lower-case hex; reads what was not read yet.</summary>
    public string FinishHash()
    {
        while (Refill())
        {
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public override int Read(Span<byte> into)
    {
        if (at == filled && !Refill())
            return 0;
        var count = Math.Min(into.Length, filled - at);
        buffer.AsSpan(at, count).CopyTo(into);
        at += count;
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellationToken = default) => new(Read(into.Span));

    bool Refill()
    {
        at = 0;
        filled = RandomAccess.Read(file, buffer, position);
        position += filled;
        hash.AppendData(buffer, 0, filled);
        return filled > 0;
    }

    protected override void Dispose(bool disposing)
    {
        hash.Dispose();
        base.Dispose(disposing);
    }

    public override int Read(byte[] into, int offset, int count) => Read(into.AsSpan(offset, count));
}
