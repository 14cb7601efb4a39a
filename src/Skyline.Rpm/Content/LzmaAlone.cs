using System.Buffers.Binary;
using SharpCompress.Compressors.LZMA;

namespace Skyline.Rpm;

/// <summary>The old .lzma format: five bytes of properties, eight of size (all ones: until the end mark).</summary>
static class LzmaAlone
{
    const int MaxDictionary = 128 << 20;

    public static LzmaStream Open(PayloadInput input)
    {
        var header = new byte[13];
        input.ReadExactly(header);
        var dictionary = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(1));
        var size = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(5));
        if (header[0] >= 9 * 5 * 5 || dictionary > MaxDictionary || size < -1)
            throw new InvalidDataException($"it does not begin as an lzma file does, or wants {dictionary} bytes of memory to unpack ({MaxDictionary} are allowed)");
        // A tiny dictionary is rounded up, as liblzma does.
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(1), Math.Max(dictionary, 4096));
        return LzmaStream.Create(header[..5], input, -1, size, leaveOpen: true);
    }
}
