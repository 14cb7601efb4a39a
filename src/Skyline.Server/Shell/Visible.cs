using System.Buffers;
using System.Globalization;

namespace Skyline.Server.Shell;

/// <summary>
/// What others wrote, as it is shown: what a terminal or the direction of writing would obey (escapes, U+202E and its like) is not obeyed and not hidden, but shown as what it is.
/// (That a browser takes none of it for markup is Razor's to see to.)
/// </summary>
static class Visible
{
    static readonly SearchValues<char> strange = SearchValues.Create([.. Enumerable.Range(0, 0x10000).Select(code => (char)code).Where(IsStrange)]);

    static bool IsStrange(char letter) => letter is not ('\n' or '\t') && (char.IsControl(letter) || letter is '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029' or '\ufeff' or '\u200b');

    /// <param name="lines">Whether line breaks stay; otherwise each is a space.</param>
    public static string Text(string? text, bool lines = false)
    {
        if (text is null) return "";
        if (!lines) text = text.ReplaceLineEndings(" ");
        if (text.AsSpan().IndexOfAny(strange) < 0) return text;
        return string.Concat(text.ReplaceLineEndings("\n").Select(letter => IsStrange(letter) ? Shown(letter) : letter.ToString()));
    }

    /// <summary>Controls have pictures of their own (U+2400 …).</summary>
    static string Shown(char letter) => letter < ' ' ? ((char)('\u2400' + letter)).ToString() : letter == '\u007f' ? "\u2421" : string.Create(CultureInfo.InvariantCulture, $"‹U+{(int)letter:X4}›");
}
