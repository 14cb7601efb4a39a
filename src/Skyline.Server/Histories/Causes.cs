using System.Text.RegularExpressions;

namespace Skyline.Server.Histories;

/// <summary>What failures have in common, purely: the first line that says why, without what is each package's own (its name, numbers, paths, quoted words).</summary>
static partial class Causes
{
    const int Longest = 200;

    /// <param name="line">The first failing line of the log, where there is one.</param>
    public static string Of(string package, string? why, string? line)
    {
        var text = string.IsNullOrWhiteSpace(line) ? why : line;
        if (string.IsNullOrWhiteSpace(text)) return "No reason was given";
        text = Regex.Replace(text, $@"(?<!\w){Regex.Escape(package)}(?!\w)", "PACKAGE", RegexOptions.None, TimeSpan.FromSeconds(1));
        text = Paths().Replace(text, "FILE");
        text = Quoted().Replace(text, "'…'");
        text = Numbers().Replace(text, "N");
        return Short(text);
    }

    public static string Short(string? text)
    {
        var line = (text ?? "").Trim().Split('\n')[0].Trim();
        return line.Length > Longest ? line[..Longest] + "…" : line;
    }

    [GeneratedRegex(@"(?<![\w.])(?:\.{0,2}/)?(?:[\w.+-]+/)+[\w.+-]+(?::\d+)*|\b[\w+-]+\.(?:c|h|cc|cpp|cxx|hpp|py|rs|go|java|f90|spec|cs)(?::\d+)*")]
    private static partial Regex Paths();

    [GeneratedRegex(@"'[^']{1,80}'|‘[^’]{1,80}’|""[^""]{1,80}""|`[^`']{1,80}['`]")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\d[\d.]*")]
    private static partial Regex Numbers();
}
