using System.IO.Compression;
using SharpCompress.Compressors.BZip2;
using ZstdSharp;
using ZstdSharp.Unsafe;
using CompressionMode = SharpCompress.Compressors.CompressionMode;

namespace Skyline.Rpm;

/// <summary>
/// A payload, unpacked as it is read. Memory is bounded whatever the payload asks for; whatever a decompressor makes of hostile
/// bytes comes out as a <see cref="BadRpmException"/>, and a fault of the stream beneath as itself.
/// </summary>
sealed class PayloadStream : ForwardStream
{
    const int MaxZstdWindowLog = 27; // 128 MiB: the most that zstd itself takes without being told

    readonly PayloadInput input;
    readonly Stream plain;
    readonly string file;
    long size;

    PayloadStream(PayloadInput input, Stream plain, string file) => (this.input, this.plain, this.file) = (input, plain, file);

    public static PayloadStream Open(RpmPackage package, Stream payload)
    {
        var input = new PayloadInput(payload);
        return new(input, Guard(input, package.File, () => Decompress(package, input)), package.File);
    }

    static Stream Decompress(RpmPackage package, PayloadInput input) => package.Header.String(RpmTag.PayloadCompressor) switch
    {
        // Where nothing is stated rpm assumes gzip, and its gzip reads plain bytes as they are.
        null or "gzip" => input.StartsWith(0x1f, 0x8b) ? new GZipStream(input, System.IO.Compression.CompressionMode.Decompress, leaveOpen: true) : input,
        "none" or "identity" => input,
        "bzip2" => BZip2Stream.Create(input, CompressionMode.Decompress, decompressConcatenated: false, leaveOpen: true),
        "xz" => new XzStream(input),
        "lzma" => LzmaAlone.Open(input),
        "zstd" => Zstd(input),
        var other => throw new BadRpmException($"{package.File} has a payload packed with \"{CheckNevra.Shown(other)}\", which is not known here."),
    };

    static DecompressionStream Zstd(PayloadInput input)
    {
        var stream = new DecompressionStream(input, leaveOpen: true);
        stream.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, MaxZstdWindowLog);
        return stream;
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var read = plain.Read(buffer);
            size += read;
            // The platform's gzip takes a cut file for a whole one. A whole one ends with the size it unpacks to.
            if (read == 0 && plain is GZipStream && input.LastFour != (uint)size)
                throw new EndOfStreamException();
            return read;
        }
        catch (Exception e) when (IsTheirs(input, e))
        {
            throw Bad(file, e);
        }
    }

    static Stream Guard(PayloadInput input, string file, Func<Stream> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (IsTheirs(input, e))
        {
            throw Bad(file, e);
        }
    }

    /// <summary>Decompressors of others throw whatever bad bytes lead them to, index errors included; only the stream's own fault is not the package's.</summary>
    static bool IsTheirs(PayloadInput input, Exception e) => input.Fault is null && e is not (BadRpmException or OutOfMemoryException);

    static BadRpmException Bad(string file, Exception e) => new(
        e is EndOfStreamException ? $"{file} has a payload that ends too early: the upload was cut short, or the file is damaged."
            : $"{file} has a payload that does not unpack: {e.Message.TrimEnd('.')}.", e);

    protected override void Dispose(bool disposing)
    {
        if (disposing && !ReferenceEquals(plain, input))
            plain.Dispose();
        base.Dispose(disposing);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
}
