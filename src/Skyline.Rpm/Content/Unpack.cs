using System.IO.Compression;
using SharpCompress.Compressors.BZip2;
using ZstdSharp;
using ZstdSharp.Unsafe;
using CompressionMode = SharpCompress.Compressors.CompressionMode;

namespace Skyline.Rpm;

/// <summary>Opens a file of repository metadata, whatever it is packed with.</summary>
public static class Unpack
{
    /// <param name="packed">Stays open.</param>
    public static Stream Open(Stream packed) => UnpackStream.Open(packed);
}

/// <summary>
/// A file of repository metadata, unpacked as it is read: gzip, zstd, xz, bzip2, or plain, as its first bytes say. Memory is bounded
/// whatever the file asks for, and what a decompressor makes of hostile bytes comes out as <see cref="InvalidDataException"/>.
/// Whether the file is whole its checksum says, not this.
/// </summary>
sealed class UnpackStream : ForwardStream
{
    const int MaxZstdWindowLog = 27; // 128 MiB: the most that zstd itself takes without being told

    readonly PayloadInput input;
    readonly Stream plain;

    UnpackStream(PayloadInput input, Stream plain) => (this.input, this.plain) = (input, plain);

    public static UnpackStream Open(Stream packed)
    {
        var input = new PayloadInput(packed);
        return new(input, Guarded(input, () => Plain(input)));
    }

    static Stream Plain(PayloadInput input) =>
        input.StartsWith(0x1f, 0x8b) ? new GZipStream(input, System.IO.Compression.CompressionMode.Decompress, leaveOpen: true)
        : input.StartsWith(0x28, 0xb5) ? Zstd(input)
        : input.StartsWith(0xfd, 0x37) ? new XzStream(input)
        : input.StartsWith((byte)'B', (byte)'Z') ? BZip2Stream.Create(input, CompressionMode.Decompress, decompressConcatenated: false, leaveOpen: true)
        : input;

    static DecompressionStream Zstd(PayloadInput input)
    {
        var stream = new DecompressionStream(input, leaveOpen: true);
        stream.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, MaxZstdWindowLog);
        return stream;
    }

    public override int Read(byte[] buffer, int offset, int count) => Guarded(input, () => plain.Read(buffer, offset, count));

    static T Guarded<T>(PayloadInput input, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (input.Fault is null && e is not OutOfMemoryException)
        {
            throw new InvalidDataException(e is EndOfStreamException ? "it ends in the middle" : $"it does not unpack: {e.Message.TrimEnd('.')}", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !ReferenceEquals(plain, input)) plain.Dispose();
        base.Dispose(disposing);
    }
}
