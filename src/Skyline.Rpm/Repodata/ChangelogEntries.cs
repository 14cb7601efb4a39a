namespace Skyline.Rpm;

/// <summary>The newest ten entries of a package's change log, oldest first, in its "other" fragment.</summary>
static class ChangelogEntries
{
    const int Kept = 10;

    public static void Write(RpmHeader header, XmlBuffer xml)
    {
        var times = header.NumbersOf(RpmTag.ChangelogTime);
        var authors = header.StringsOf(RpmTag.ChangelogName);
        var texts = header.StringsOf(RpmTag.ChangelogText);
        var count = Math.Min(Kept, Math.Min(times.Count, Math.Min(authors.Count, texts.Count)));
        Span<long> dates = stackalloc long[Kept];
        Dates(times, dates[..count]);
        for (var i = count - 1; i >= 0; i--)
        {
            // Strings can only be walked forwards: walk anew to the one that is due. There are ten at most.
            xml.Raw("  <changelog author=\""u8).Attribute(WithoutEndingBlanks(At(authors, i))).Raw("\" date=\""u8).Number(dates[i])
                .Raw("\">"u8).Text(At(texts, i)).Raw("</changelog>\n"u8);
        }
    }

    /// <summary>Clients tell entries apart by their date, so where several share one, each is set a second after the one written after it.</summary>
    static void Dates(HeaderNumbers times, Span<long> dates)
    {
        var last = 0L;
        for (var i = 0; i < dates.Length; i++)
        {
            dates[i] = times[i];
            if (dates[i] != last)
            {
                last = dates[i];
                continue;
            }
            var taken = dates[i];
            for (var newer = i - 1; newer >= 0 && dates[newer] == taken; newer--)
                dates[newer] = ++taken;
        }
    }

    static ReadOnlySpan<byte> At(HeaderStrings strings, int i)
    {
        while (i-- > 0)
            strings.Next();
        return strings.Next();
    }

    static ReadOnlySpan<byte> WithoutEndingBlanks(ReadOnlySpan<byte> author) =>
        author.IsEmpty ? author : author[..Math.Max(1, author.TrimEnd((byte)' ').Length)];
}
