using SharpCompress.Compressors.LZMA;

namespace Skyline.Rpm;

/// <summary>
/// The xz container, as far as rpm writes it: streams of blocks, each LZMA2 alone. Our own, because a block states how much
/// memory it wants and that must be bounded before it is given. Check sums are not held against the data: the package's own
/// digest covers the same bytes.
/// </summary>
sealed class XzStream(PayloadInput input) : ForwardStream
{
    const int MaxDictionary = 128 << 20;
    const int HeaderSize = 12;

    LzmaStream? block;
    long blockStart;
    int checkSize = -1; // -1: no stream header was read yet
    bool ended;

    public override int Read(byte[] into, int offset, int count)
    {
        while (!ended && count > 0)
        {
            block ??= NextBlock();
            if (block is null)
                break;
            if (block.Read(into, offset, count) is > 0 and var read)
                return read;
            EndBlock();
        }
        return 0;
    }

    LzmaStream? NextBlock()
    {
        if (checkSize < 0)
            ReadStreamHeader();
        blockStart = input.Position;
        var sizeByte = input.ReadByte();
        if (sizeByte == 0)
        {
            // The index and the footer say again what the blocks said.
            ended = true;
            return null;
        }
        var header = new byte[(sizeByte + 1) * 4 - 1];
        input.ReadExactly(header);
        var dictionary = DictionaryOf(header);
        return LzmaStream.Create([dictionary], input, leaveOpen: true);
    }

    void ReadStreamHeader()
    {
        var header = new byte[HeaderSize];
        input.ReadExactly(header);
        if (!header.AsSpan(0, 7).SequenceEqual((ReadOnlySpan<byte>)[0xfd, .. "7zXZ"u8, 0, 0]))
            throw new InvalidDataException("it does not begin as an xz file does");
        checkSize = (header[7] & 0x0f) switch { 0 => 0, <= 3 => 4, <= 6 => 8, <= 9 => 16, <= 12 => 32, _ => 64 };
    }

    /// <summary>Flags, sizes if they are stated, then one filter: LZMA2 (0x21) with one byte that codes the dictionary's size.</summary>
    static byte DictionaryOf(ReadOnlySpan<byte> header)
    {
        var flags = header[0];
        if ((flags & 0x3f) != 0)
            throw new InvalidDataException("it uses xz filters that rpm does not use");
        var at = 1;
        for (var sizes = (flags >> 6 & 1) + (flags >> 7); sizes > 0; sizes--)
        {
            while ((header[at++] & 0x80) != 0)
            {
            }
        }
        if (header[at] != 0x21 || header[at + 1] != 1)
            throw new InvalidDataException("it uses xz filters that rpm does not use");
        var code = header[at + 2];
        var size = code >= 40 ? uint.MaxValue : (2L | (uint)(code & 1)) << (code / 2 + 11);
        if (size > MaxDictionary)
            throw new InvalidDataException($"it wants {size} bytes of memory to unpack, {MaxDictionary} are allowed");
        return code;
    }

    void EndBlock()
    {
        block!.Dispose();
        block = null;
        var padding = (int)(-(input.Position - blockStart) & 3);
        for (var skip = padding + checkSize; skip > 0; skip--)
            input.ReadByte();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            block?.Dispose();
        base.Dispose(disposing);
    }
}
