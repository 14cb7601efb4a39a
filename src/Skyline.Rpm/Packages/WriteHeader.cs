using System.Buffers.Binary;
using System.Text;

namespace Skyline.Rpm;

/// <summary>One value of a header that is being written.</summary>
sealed record HeaderValue(RpmTag Tag, RpmType Type, int Count, ReadOnlyMemory<byte> Bytes)
{
    public static HeaderValue Binary(RpmTag tag, byte[] bytes) => new(tag, RpmType.Binary, bytes.Length, bytes);

    /// <summary>As rpm writes digests and signatures: an array of one.</summary>
    public static HeaderValue Text(RpmTag tag, string text) => new(tag, RpmType.StringArray, 1, Encoding.ASCII.GetBytes(text + "\0"));

    public static HeaderValue One(RpmTag tag, string text, RpmType type = RpmType.String) => new(tag, type, 1, Terminated([text]));

    public static HeaderValue All(RpmTag tag, params IReadOnlyList<string> texts) => new(tag, RpmType.StringArray, texts.Count, Terminated(texts));

    public static HeaderValue Numbers(RpmTag tag, params IReadOnlyList<uint> numbers)
    {
        var bytes = new byte[4 * numbers.Count];
        for (var i = 0; i < numbers.Count; i++) BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 * i), numbers[i]);
        return new(tag, RpmType.Int32, numbers.Count, bytes);
    }

    public static HeaderValue Short(RpmTag tag, params IReadOnlyList<ushort> numbers)
    {
        var bytes = new byte[2 * numbers.Count];
        for (var i = 0; i < numbers.Count; i++) BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 * i), numbers[i]);
        return new(tag, RpmType.Int16, numbers.Count, bytes);
    }

    static byte[] Terminated(IEnumerable<string> texts) => Encoding.UTF8.GetBytes(string.Concat(texts.Select(text => text + "\0")));
}

/// <summary>Writes a header as rpm does: entries by ascending tag, after that of the region; values aligned; the region's trailer last.</summary>
static class WriteHeader
{
    public const int EntrySize = 16;

    public static byte[] Of(RpmTag region, IEnumerable<HeaderValue> values)
    {
        HeaderValue[] sorted = [.. values.OrderBy(v => v.Tag)];
        var count = sorted.Length + 1;
        var store = new MemoryStream();
        var index = new byte[count * EntrySize];
        for (var i = 0; i < sorted.Length; i++)
        {
            while (store.Length % HeaderEntry.Width(sorted[i].Type) != 0)
                store.WriteByte(0);
            WriteEntry(index.AsSpan((i + 1) * EntrySize), sorted[i].Tag, sorted[i].Type, (int)store.Length, sorted[i].Count);
            store.Write(sorted[i].Bytes.Span);
        }
        WriteEntry(index, region, RpmType.Binary, (int)store.Length, EntrySize);
        Span<byte> trailer = stackalloc byte[EntrySize];
        WriteEntry(trailer, region, RpmType.Binary, -index.Length, EntrySize);
        store.Write(trailer);
        return Join(count, index, store);
    }

    static byte[] Join(int count, byte[] index, MemoryStream store)
    {
        var header = new byte[ParseHeader.PreambleSize + index.Length + store.Length];
        BinaryPrimitives.WriteUInt64BigEndian(header, ParseHeader.Magic);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), count);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(12), (int)store.Length);
        index.CopyTo(header, ParseHeader.PreambleSize);
        store.ToArray().CopyTo(header, ParseHeader.PreambleSize + index.Length);
        return header;
    }

    static void WriteEntry(Span<byte> at, RpmTag tag, RpmType type, int offset, int count)
    {
        BinaryPrimitives.WriteInt32BigEndian(at, (int)tag);
        BinaryPrimitives.WriteInt32BigEndian(at[4..], (int)type);
        BinaryPrimitives.WriteInt32BigEndian(at[8..], offset);
        BinaryPrimitives.WriteInt32BigEndian(at[12..], count);
    }
}
