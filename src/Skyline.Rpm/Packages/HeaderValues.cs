using System.Buffers.Binary;

namespace Skyline.Rpm;

/// <summary>Walks the strings of one value without copying them. The header was checked: each string ends inside the store.</summary>
ref struct HeaderStrings(ReadOnlySpan<byte> bytes, int count)
{
    ReadOnlySpan<byte> rest = bytes;

    public readonly int Count => count;

    /// <summary>What was not walked yet: strings, each with its terminator.</summary>
    public readonly ReadOnlySpan<byte> Rest => rest;

    /// <summary>The next string, without its terminator; past the last one, empty.</summary>
    public ReadOnlySpan<byte> Next()
    {
        var end = rest.IndexOf((byte)0);
        if (end < 0)
            return default;
        var found = rest[..end];
        rest = rest[(end + 1)..];
        return found;
    }
}

/// <summary>The numbers of one value, of whatever width, as unsigned integers. An absent value has none.</summary>
readonly ref struct HeaderNumbers(ReadOnlySpan<byte> bytes, RpmType type, int count)
{
    readonly ReadOnlySpan<byte> bytes = bytes;

    public int Count => count;

    public long this[int i] => type switch
    {
        RpmType.Int32 => BinaryPrimitives.ReadUInt32BigEndian(bytes[(i * 4)..]),
        RpmType.Int16 => BinaryPrimitives.ReadUInt16BigEndian(bytes[(i * 2)..]),
        RpmType.Int64 => BinaryPrimitives.ReadInt64BigEndian(bytes[(i * 8)..]),
        _ => bytes[i],
    };
}
