using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Skyline.Rpm;

/// <summary>
/// Grows as UTF-8 XML is written to it. Text comes from headers, as bytes that anyone may have chosen: it is escaped, what XML
/// cannot hold is dropped, and what is not UTF-8 is taken for Latin-1, as createrepo_c takes it.
/// </summary>
sealed class XmlBuffer(int capacity)
{
    static readonly SearchValues<byte> Special = SearchValues.Create([.. "&<>\""u8, .. Enumerable.Range(0, 32).Select(i => (byte)i), 0xef]);
    static readonly SearchValues<byte> SpecialOrHigh = SearchValues.Create(
        [.. "&<>\""u8, .. Enumerable.Range(0, 32).Select(i => (byte)i), .. Enumerable.Range(128, 128).Select(i => (byte)i)]);

    const int MaxLength = 256 << 20;
    const int KeptLength = 4 << 20; // what a common package never exceeds; an uncommon one's memory is given back

    byte[] bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public void Clear()
    {
        Length = 0;
        if (bytes.Length > KeptLength)
            bytes = new byte[capacity];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public XmlBuffer Raw(ReadOnlySpan<byte> xml)
    {
        xml.CopyTo(Room(xml.Length));
        Length += xml.Length;
        return this;
    }

    public XmlBuffer Number(long value)
    {
        Utf8Formatter.TryFormat(value, Room(20), out var written);
        Length += written;
        return this;
    }

    /// <summary>Text between tags.</summary>
    public XmlBuffer Text(ReadOnlySpan<byte> text) => Escaped(text, attribute: false);

    /// <summary>Text between an attribute's quotes: there, a tab or a line's end must be escaped to survive reading.</summary>
    public XmlBuffer Attribute(ReadOnlySpan<byte> text) => Escaped(text, attribute: true);

    public XmlBuffer Text(string text) => Text(Utf8Of(text));

    /// <summary>An attribute, with the space before it.</summary>
    public XmlBuffer With(ReadOnlySpan<byte> name, string text) => Raw(" "u8).Raw(name).Raw("=\""u8).Attribute(Utf8Of(text)).Raw("\""u8);

    /// <summary>Takes back what was written after <paramref name="length"/>.</summary>
    public void CutTo(int length) => Length = length;

    XmlBuffer Escaped(ReadOnlySpan<byte> text, bool attribute)
    {
        // Nearly all text is plain ASCII: one vectorised look, one copy.
        if (!text.ContainsAny(SpecialOrHigh))
            return Raw(text);
        if (Utf8.IsValid(text))
            EscapeUtf8(text, attribute);
        else
            EscapeLatin1(text, attribute);
        return this;
    }

    void EscapeUtf8(ReadOnlySpan<byte> text, bool attribute)
    {
        while (text.IndexOfAny(Special) is >= 0 and var at)
        {
            Raw(text[..at]);
            // U+FFFE and U+FFFF are no characters of XML.
            if (text[at..] is [0xef, 0xbf, 0xbe or 0xbf, ..])
                at += 2;
            else
                Escape(text[at], attribute);
            text = text[(at + 1)..];
        }
        Raw(text);
    }

    /// <summary>Bytes 128 to 191 are dropped: createrepo_c takes them for misplaced control characters.</summary>
    void EscapeLatin1(ReadOnlySpan<byte> text, bool attribute)
    {
        foreach (var one in text)
        {
            if (one < 0x80)
                Escape(one, attribute);
            else if (one >= 0xc0)
                Raw([0xc3, (byte)(one & 0xbf)]);
        }
    }

    void Escape(byte one, bool attribute)
    {
        switch (one)
        {
            case (byte)'&': Raw("&amp;"u8); break;
            case (byte)'<': Raw("&lt;"u8); break;
            case (byte)'>': Raw("&gt;"u8); break;
            case (byte)'"' when attribute: Raw("&quot;"u8); break;
            case (byte)'\n' when attribute: Raw("&#10;"u8); break;
            case (byte)'\t' when attribute: Raw("&#9;"u8); break;
            case (byte)'\r': Raw("&#13;"u8); break;
            case >= 32 or (byte)'\n' or (byte)'\t': Raw([one]); break;
            default: break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Span<byte> Room(int size)
    {
        if (bytes.Length - Length < size)
            Grow(size);
        return bytes.AsSpan(Length);
    }

    /// <summary>Escaping may make six bytes of one, so a bounded header does not yet bound what is made of it.</summary>
    void Grow(int size)
    {
        if (Length + (long)size > MaxLength)
            throw new BadRpmException($"The package's metadata would be more than {MaxLength} bytes.");
        Array.Resize(ref bytes, Math.Max(Math.Min(bytes.Length * 2, MaxLength), Length + size));
    }

    /// <summary>Text of our own making, as bytes.</summary>
    public static byte[] Utf8Of(string text) => Encoding.UTF8.GetBytes(text);
}
