using System.Text;

namespace Skyline.Cli.Terminal;

/// <summary>
/// Text that came from elsewhere (package names, reasons, logs) made harmless for a terminal: nothing in it may move the
/// cursor, set the title, write to the clipboard or turn the reading direction round. What is taken out stays visible.
/// </summary>
static class Untrusted
{
    const int LongestLine = 2000;

    /// <summary>As one line: breaks and tabs become spaces.</summary>
    public static string Line(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var cut = text.Length > LongestLine;
        var line = new StringBuilder(cut ? text[..LongestLine] : text);
        for (var i = 0; i < line.Length; i++)
            line[i] = line[i] is '\n' or '\r' or '\t' ? ' ' : IsHarmful(line[i]) ? Visible(line[i]) : line[i];
        return cut ? line.Append('…').ToString() : line.ToString();
    }

    /// <summary>As several lines; breaks and tabs stay.</summary>
    public static string Text(string text)
    {
        using var safe = new StringWriter();
        var filter = new TerminalFilter(safe);
        filter.Write(Encoding.UTF8.GetBytes(text));
        filter.End();
        return safe.ToString();
    }

    public static bool IsHarmful(char c) => char.IsControl(c) || IsBidirectionalControl(c) || c is '\u2028' or '\u2029';

    /// <summary>The picture of a control character (␛ for escape), or the replacement character where there is none.</summary>
    public static char Visible(char c) => c switch
    {
        < ' ' => (char)(0x2400 + c),
        '\u007f' => '\u2421',
        _ => '\ufffd',
    };

    /// <summary>Characters that show a name in another order than it is written.</summary>
    static bool IsBidirectionalControl(char c) =>
        c is '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
