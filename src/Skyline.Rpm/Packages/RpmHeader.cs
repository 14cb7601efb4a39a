using System.Text;
using System.Text.Unicode;

namespace Skyline.Rpm;

/// <summary>
/// One header (index and store) of an RPM file, over the bytes as read. It was checked when it was parsed: every offset,
/// count and terminator holds, so no accessor can fail. A tag that is absent, or of another kind than asked for, has no value.
/// </summary>
public sealed class RpmHeader
{
    readonly ReadOnlyMemory<byte> bytes;
    readonly HeaderEntry[] entries; // sorted by tag

    internal RpmHeader(ReadOnlyMemory<byte> bytes, HeaderEntry[] entries, bool hasRegion)
    {
        this.bytes = bytes;
        this.entries = entries;
        HasRegion = hasRegion;
    }

    /// <summary>The header's bytes, from the magic 8eade801 to the end of its store.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>True if an immutable region covers the header; packages of version 3 have none.</summary>
    public bool HasRegion { get; }

    /// <summary>Whether the header has the tag, of whatever type.</summary>
    public bool Has(RpmTag tag) => Find(tag) >= 0;

    /// <summary>The first string of a tag; text that is not UTF-8 is taken for Latin-1.</summary>
    public string? String(RpmTag tag) => Find(tag) is >= 0 and var i && entries[i].IsText ? Decode(Utf8(tag)) : null;

    /// <summary>All strings of a tag, in their order; none if it is not there or no text.</summary>
    public IReadOnlyList<string> Strings(RpmTag tag)
    {
        var walk = StringsOf(tag);
        var found = new string[walk.Count];
        for (var i = 0; i < found.Length; i++)
            found[i] = Decode(walk.Next());
        return found;
    }

    /// <summary>The first value of an integer tag of any width.</summary>
    public long? Integer(RpmTag tag) => NumbersOf(tag) is { Count: > 0 } numbers ? numbers[0] : null;

    /// <summary>All values of an integer tag of any width, in their order; none if it is not there.</summary>
    public IReadOnlyList<long> Integers(RpmTag tag)
    {
        var numbers = NumbersOf(tag);
        var found = new long[numbers.Count];
        for (var i = 0; i < found.Length; i++)
            found[i] = numbers[i];
        return found;
    }

    /// <summary>The bytes of a binary tag.</summary>
    public ReadOnlySpan<byte> Binary(RpmTag tag) => Find(tag) is >= 0 and var i && entries[i].Type == RpmType.Binary ? ValueOf(entries[i]) : default;

    /// <summary>The first string of a tag, as its bytes, without the terminator.</summary>
    internal ReadOnlySpan<byte> Utf8(RpmTag tag) => StringsOf(tag).Next();

    internal HeaderStrings StringsOf(RpmTag tag) =>
        Find(tag) is >= 0 and var i && entries[i].IsText ? new(ValueOf(entries[i]), entries[i].Count) : default;

    internal HeaderNumbers NumbersOf(RpmTag tag) =>
        Find(tag) is >= 0 and var i && entries[i].IsNumber ? new(ValueOf(entries[i]), entries[i].Type, entries[i].Count) : default;

    /// <summary>Where a value begins in <see cref="Bytes"/>.</summary>
    internal int OffsetOf(RpmTag tag) => Find(tag) is >= 0 and var i ? entries[i].Offset : 0;

    internal int Count(RpmTag tag) => Find(tag) is >= 0 and var i ? entries[i].Count : 0;

    /// <summary>Every value, in the order of its tag; the region's own entry is not among them.</summary>
    internal ReadOnlySpan<HeaderEntry> Entries => entries;

    internal ReadOnlySpan<byte> ValueOf(HeaderEntry entry) => bytes.Span.Slice(entry.Offset, entry.Length);

    internal static string Decode(ReadOnlySpan<byte> text) => (System.Text.Unicode.Utf8.IsValid(text) ? Encoding.UTF8 : Encoding.Latin1).GetString(text);

    int Find(RpmTag tag)
    {
        int low = 0, high = entries.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var at = entries[middle].Tag;
            if (at == tag)
                return middle;
            if (at < tag)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return -1;
    }
}
