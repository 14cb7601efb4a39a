using System.Buffers.Binary;

namespace Skyline.Rpm;

/// <summary>
/// Checks a header's bytes and makes an <see cref="RpmHeader"/> of them: rpm's own rules (lib/header.cc), so that what rpm
/// would refuse is refused here, and no accessor needs a check of its own.
/// </summary>
static class ParseHeader
{
    public const int PreambleSize = 16;
    public const ulong Magic = 0x8eade801_00000000;
    const int EntrySize = 16;
    const int MaxArray = 0xfffff; // rpm's HEADER_ARRAY_MAX

    /// <summary>Size of the whole header in bytes, told by its first 16. What it claims is only held against rpm's bounds.</summary>
    public static int SizeOf(ReadOnlySpan<byte> preamble, HeaderPart part)
    {
        if (BinaryPrimitives.ReadUInt64BigEndian(preamble) != Magic)
            throw part.Bad("does not begin with the bytes that begin a header");
        var (count, size) = (BinaryPrimitives.ReadUInt32BigEndian(preamble[8..]), BinaryPrimitives.ReadUInt32BigEndian(preamble[12..]));
        if (count < 1 || count > part.MaxEntries)
            throw part.Bad($"claims {count} entries (at most {part.MaxEntries} are allowed)");
        if (size > part.MaxStore)
            throw part.Bad($"claims {size} bytes of data (at most {part.MaxStore} are allowed)");
        return PreambleSize + (int)count * EntrySize + (int)size;
    }

    public static RpmHeader Parse(ReadOnlyMemory<byte> bytes, HeaderPart part)
    {
        var all = bytes.Span;
        var count = BinaryPrimitives.ReadInt32BigEndian(all[8..]);
        var index = all.Slice(PreambleSize, count * EntrySize);
        var storeStart = PreambleSize + count * EntrySize;
        var store = all[storeStart..];
        var regionEnd = CheckRegion(index, store, count, part);
        var first = regionEnd >= 0 ? 1 : 0;
        var entries = new HeaderEntry[count - first];
        var end = 0;
        for (var i = first; i < count; i++)
        {
            var entry = CheckEntry(index[(i * EntrySize)..], store, end, part);
            end = entry.Offset + entry.Length;
            // The region's trailer lies between values; nothing may reach into it.
            if (regionEnd >= 0 && end > regionEnd - EntrySize && entry.Offset < regionEnd)
                throw part.Bad($"has a value (tag {(int)entry.Tag}) that overlaps the end of its region");
            entries[i - first] = entry with { Offset = storeStart + entry.Offset };
        }
        SortByTag(entries, part);
        return new RpmHeader(bytes, entries, regionEnd >= 0);
    }

    /// <summary>Where the immutable region ends in the store; -1 if the header has none (version 3).</summary>
    static int CheckRegion(ReadOnlySpan<byte> index, ReadOnlySpan<byte> store, int count, HeaderPart part)
    {
        var entry = Raw(index);
        if (entry.Tag != part.Region)
            return -1;
        if (entry.Type != RpmType.Binary || entry.Count != EntrySize || entry.Offset < 0 || entry.Offset > store.Length - EntrySize)
            throw part.Bad("has a broken region entry");
        var trailer = Raw(store[entry.Offset..]);
        // Some old packages close the signature's region with tag 61.
        var closes = trailer.Tag == part.Region || (part.Region == RpmTag.HeaderSignatures && (int)trailer.Tag == 61);
        var regionCount = -(long)trailer.Offset / EntrySize;
        var regionEnd = entry.Offset + EntrySize;
        if (!closes || trailer.Type != RpmType.Binary || trailer.Count != EntrySize || trailer.Offset % EntrySize != 0 || regionCount < 1 || regionCount > count)
            throw part.Bad("has a region without a sound end");
        if (part.WholeRegion && (regionCount != count || regionEnd != store.Length))
            throw part.Bad("has values outside of its immutable region");
        return regionEnd;
    }

    /// <summary>One entry, its offset still relative to the store.</summary>
    static HeaderEntry CheckEntry(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> store, int previousEnd, HeaderPart part)
    {
        var entry = Raw(raw);
        var tag = (int)entry.Tag;
        if (tag < (int)RpmTag.I18nTable)
            throw part.Bad($"has an entry with the forbidden tag {tag}");
        if (entry.Type is < RpmType.Char or > RpmType.I18nString)
            throw part.Bad($"gives tag {tag} the unknown type {(int)entry.Type}");
        if (entry.Count < 1 || entry.Count > store.Length || (entry.Type != RpmType.Binary && entry.Count > MaxArray))
            throw part.Bad($"claims {(uint)entry.Count} values for tag {tag}");
        if (entry.Offset < previousEnd || entry.Offset > store.Length || entry.Offset % HeaderEntry.Width(entry.Type) != 0)
            throw part.Bad($"places tag {tag} at offset {entry.Offset}, where it cannot be");
        if (!part.Allows(entry))
            throw part.Bad($"gives tag {tag} the type {entry.Type}, which it cannot have");
        return entry with { Length = LengthOf(entry, store[entry.Offset..], part) };
    }

    static int LengthOf(HeaderEntry entry, ReadOnlySpan<byte> from, HeaderPart part)
    {
        if (entry.Type == RpmType.String && entry.Count != 1)
            throw part.Bad($"claims {entry.Count} values for tag {(int)entry.Tag}, which is a single string");
        var length = entry.IsText ? TextLength(from, entry.Count) : (long)entry.Count * HeaderEntry.Width(entry.Type);
        if (length < 0 || length > from.Length)
            throw part.Bad($"has a value (tag {(int)entry.Tag}) that runs past its end");
        if (entry.Type == RpmType.Int64)
        {
            for (var i = 0; i < entry.Count; i++)
            {
                if ((from[i * 8] & 0x80) != 0)
                    throw part.Bad($"has a number beyond 2^63 (tag {(int)entry.Tag})");
            }
        }
        return (int)length;
    }

    /// <summary>Bytes that so many strings take with their terminators; -1 if the store ends before they do.</summary>
    static int TextLength(ReadOnlySpan<byte> from, int count)
    {
        var at = 0;
        while (count-- > 0)
        {
            var end = from[at..].IndexOf((byte)0);
            if (end < 0)
                return -1;
            at += end + 1;
        }
        return at;
    }

    /// <summary>rpm writes entries sorted; where they are not, they are sorted here. Two values for one tag would let two readers see two packages.</summary>
    static void SortByTag(HeaderEntry[] entries, HeaderPart part)
    {
        var sorted = true;
        for (var i = 1; i < entries.Length && sorted; i++)
            sorted = entries[i - 1].Tag < entries[i].Tag;
        if (sorted)
            return;
        Array.Sort(entries, static (a, b) => a.Tag.CompareTo(b.Tag));
        for (var i = 1; i < entries.Length; i++)
        {
            if (entries[i - 1].Tag == entries[i].Tag)
                throw part.Bad($"has tag {(int)entries[i].Tag} twice");
        }
    }

    static HeaderEntry Raw(ReadOnlySpan<byte> at) => new(
        (RpmTag)BinaryPrimitives.ReadInt32BigEndian(at), (RpmType)BinaryPrimitives.ReadInt32BigEndian(at[4..]),
        BinaryPrimitives.ReadInt32BigEndian(at[8..]), BinaryPrimitives.ReadInt32BigEndian(at[12..]), 0);
}
