using System.Globalization;

namespace Skyline.Rpm;

/// <summary>A header's value as people read it: one line, short, with nothing in it that a terminal or a page would take for more than text.</summary>
static class HeaderValueText
{
    const int MostLetters = 200, MostBytes = 32;

    /// <summary>Of a tag whose values differ: the first that does, in each. Null where the tag is not there.</summary>
    public static (string? Before, string? After) FirstDifference(RpmHeader before, RpmHeader after, RpmTag tag)
    {
        var (one, other) = (Find(before, tag), Find(after, tag));
        if (one is not { } left || other is not { } right) return (one is null ? null : At(before, one.Value, 0), other is null ? null : At(after, other.Value, 0));
        var place = left.Type != right.Type ? 0 : left.IsText ? FirstText(before, after, tag) : left.IsNumber ? FirstNumber(before, after, tag) : 0;
        return (At(before, left, place), At(after, right, place));
    }

    static HeaderEntry? Find(RpmHeader header, RpmTag tag)
    {
        foreach (var entry in header.Entries)
            if (entry.Tag == tag) return entry;
        return null;
    }

    static int FirstText(RpmHeader before, RpmHeader after, RpmTag tag)
    {
        var left = before.StringsOf(tag);
        var right = after.StringsOf(tag);
        var most = Math.Min(left.Count, right.Count);
        var place = 0;
        while (place < most && left.Next().SequenceEqual(right.Next())) place++;
        return place;
    }

    static int FirstNumber(RpmHeader before, RpmHeader after, RpmTag tag)
    {
        var left = before.NumbersOf(tag);
        var right = after.NumbersOf(tag);
        var most = Math.Min(left.Count, right.Count);
        var place = 0;
        while (place < most && left[place] == right[place]) place++;
        return place;
    }

    static string At(RpmHeader header, HeaderEntry entry, int place)
    {
        if (place >= entry.Count) return string.Create(CultureInfo.InvariantCulture, $"(it has only {entry.Count})");
        var value = entry.IsText ? Text(header, entry.Tag, place) : entry.IsNumber ? header.NumbersOf(entry.Tag)[place].ToString(CultureInfo.InvariantCulture) : Hex(header.ValueOf(entry));
        return entry.Count > 1 && (entry.IsText || entry.IsNumber) ? string.Create(CultureInfo.InvariantCulture, $"{value} (value {place + 1} of {entry.Count})") : value;
    }

    static string Text(RpmHeader header, RpmTag tag, int place)
    {
        var walk = header.StringsOf(tag);
        for (var i = 0; i < place; i++) walk.Next();
        var found = walk.Next();
        return Harmless(RpmHeader.Decode(found[..Math.Min(found.Length, MostLetters * 4)]));
    }

    static string Hex(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= MostBytes ? Convert.ToHexStringLower(bytes) : string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(bytes[..MostBytes])}… ({bytes.Length} bytes)");

    public static string Harmless(string text)
    {
        var cut = text.Length > MostLetters;
        var safe = string.Create(cut ? MostLetters : text.Length, text, static (into, from) =>
        {
            for (var i = 0; i < into.Length; i++)
                into[i] = from[i] is '\n' or '\t' ? ' ' : char.IsControl(from[i]) || char.IsSurrogate(from[i]) || char.GetUnicodeCategory(from[i]) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? '\ufffd' : from[i];
        });
        return cut ? safe + "…" : safe;
    }
}
