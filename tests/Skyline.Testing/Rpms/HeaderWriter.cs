using System.Buffers.Binary;
using System.Text;
using Skyline.Rpm;

namespace Skyline.Testing.Rpms;

/// <summary>Writes an RPM header as rpm does, or as it never would: it checks nothing.</summary>
public sealed class HeaderWriter
{
    const int EntrySize = 16;

    readonly List<(int Tag, RpmType Type, int Count, byte[] Bytes)> values = [];

    public HeaderWriter Raw(RpmTag tag, RpmType type, int count, byte[] bytes)
    {
        values.RemoveAll(v => v.Tag == (int)tag);
        values.Add(((int)tag, type, count, bytes));
        return this;
    }

    public HeaderWriter Without(RpmTag tag)
    {
        values.RemoveAll(v => v.Tag == (int)tag);
        return this;
    }

    public HeaderWriter Text(RpmTag tag, string text) => Raw(tag, RpmType.String, 1, Terminated([text]));

    public HeaderWriter Texts(RpmTag tag, IReadOnlyCollection<string> texts) =>
        texts.Count == 0 ? this : Raw(tag, RpmType.StringArray, texts.Count, Terminated(texts));

    public HeaderWriter I18n(RpmTag tag, string text) => Raw(tag, RpmType.I18nString, 1, Terminated([text]));

    public HeaderWriter Binary(RpmTag tag, byte[] bytes) => Raw(tag, RpmType.Binary, bytes.Length, bytes);

    public HeaderWriter Int16(RpmTag tag, IEnumerable<int> numbers) => Numbers(tag, RpmType.Int16, 2, numbers.Select(n => (long)n));

    public HeaderWriter Int32(RpmTag tag, params IEnumerable<long> numbers) => Numbers(tag, RpmType.Int32, 4, numbers);

    public HeaderWriter Int64(RpmTag tag, params IEnumerable<long> numbers) => Numbers(tag, RpmType.Int64, 8, numbers);

    HeaderWriter Numbers(RpmTag tag, RpmType type, int width, IEnumerable<long> numbers)
    {
        long[] all = [.. numbers];
        if (all.Length == 0)
            return this;
        var bytes = new byte[all.Length * width];
        Span<byte> eight = stackalloc byte[8];
        for (var i = 0; i < all.Length; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(eight, all[i]);
            eight[(8 - width)..].CopyTo(bytes.AsSpan(i * width));
        }
        return Raw(tag, type, all.Length, bytes);
    }

    /// <summary>The header's bytes: entries by tag, values aligned, inside an immutable region if one is named (version 3 has none).</summary>
    public byte[] Pack(RpmTag? region)
    {
        var store = new MemoryStream();
        var index = new MemoryStream();
        foreach (var (tag, type, count, bytes) in values.OrderBy(v => v.Tag))
        {
            var width = type switch { RpmType.Int16 => 2, RpmType.Int32 => 4, RpmType.Int64 => 8, _ => 1 };
            while (store.Length % width != 0)
                store.WriteByte(0);
            index.Write(Entry(tag, type, (int)store.Length, count));
            store.Write(bytes);
        }
        var first = Array.Empty<byte>();
        if (region is { } opens)
        {
            first = Entry((int)opens, RpmType.Binary, (int)store.Length, EntrySize);
            store.Write(Entry((int)opens, RpmType.Binary, -(values.Count + 1) * EntrySize, EntrySize));
        }
        var preamble = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(preamble, 0x8eade801_00000000);
        BinaryPrimitives.WriteInt32BigEndian(preamble.AsSpan(8), ((int)index.Length + first.Length) / EntrySize);
        BinaryPrimitives.WriteInt32BigEndian(preamble.AsSpan(12), (int)store.Length);
        return [.. preamble, .. first, .. index.ToArray(), .. store.ToArray()];
    }

    static byte[] Entry(int tag, RpmType type, int offset, int count)
    {
        var entry = new byte[EntrySize];
        BinaryPrimitives.WriteInt32BigEndian(entry, tag);
        BinaryPrimitives.WriteInt32BigEndian(entry.AsSpan(4), (int)type);
        BinaryPrimitives.WriteInt32BigEndian(entry.AsSpan(8), offset);
        BinaryPrimitives.WriteInt32BigEndian(entry.AsSpan(12), count);
        return entry;
    }

    /// <summary>Text as UTF-8; what stands in the private range U+F700 to U+F7FF becomes that single byte, so that tests can write text that is not UTF-8.</summary>
    static byte[] Terminated(IEnumerable<string> texts)
    {
        var bytes = new List<byte>();
        foreach (var text in texts)
        {
            foreach (var rune in text.EnumerateRunes())
            {
                if (rune.Value is >= 0xf700 and <= 0xf7ff)
                    bytes.Add((byte)rune.Value);
                else
                    bytes.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
            }
            bytes.Add(0);
        }
        return [.. bytes];
    }
}
