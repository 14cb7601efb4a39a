using System.Globalization;
using System.Text.RegularExpressions;

namespace Skyline.Rpm;

/// <summary>An entry on top of a spec's changelog. One that comes out of git is git's: nothing is added to %autochangelog.</summary>
static partial class AddToChangelog
{
    public static SpecLines In(SpecLines lines, ChangelogAdd add, string? evr)
    {
        var head = Enumerable.Range(0, lines.Count).FirstOrDefault(at => Head().IsMatch(lines[at]), -1);
        if (head < 0) return Anew(lines, add, evr);
        var next = Enumerable.Range(head + 1, lines.Count - head - 1).FirstOrDefault(at => lines[at].Trim().Length > 0, -1);
        if (next >= 0 && Automatic().IsMatch(lines[next])) return lines;
        var newest = Enumerable.Range(head + 1, lines.Count - head - 1).Select(at => Dated(lines[at])).FirstOrDefault(date => date is not null);
        // After rpmautospec's own comment, if that is first.
        lines.Insert(head + 1, [.. Entry(add with { Date = newest is { } date && date > add.Date ? date : add.Date }, evr), .. next < 0 ? Array.Empty<string>() : [""]]);
        return lines;
    }

    static SpecLines Anew(SpecLines lines, ChangelogAdd add, string? evr)
    {
        // What is included may have one.
        if (Enumerable.Range(0, lines.Count).Any(at => Included().IsMatch(lines[at]))) return lines;
        lines.Insert(lines.Count, ["", "%changelog", .. Entry(add, evr)]);
        return lines;
    }

    static IEnumerable<string> Entry(ChangelogAdd add, string? evr) =>
    [
        Escaped($"* {add.Date.ToString("ddd MMM dd yyyy", CultureInfo.InvariantCulture)} {add.Author}{(evr is null ? "" : " - " + evr)}"),
        .. add.Text.Split((char[])['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => Escaped("- " + line)),
    ];

    static string Escaped(string text) => text.Replace("%", "%%", StringComparison.Ordinal);

    /// <summary>rpm refuses a changelog that does not go back in time. An entry without a time is of noon; one with a time may be of later that day.</summary>
    static DateOnly? Dated(string line)
    {
        if (Date().Match(line) is not { Success: true } match) return null;
        var text = $"{match.Groups["month"].Value} {match.Groups["day"].Value} {match.Groups["year"].Value}";
        return !DateOnly.TryParseExact(text, "MMM d yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) || date.Year > 9000 ? null
            : match.Groups["time"].Success ? date.AddDays(1) : date;
    }

    [GeneratedRegex(@"^%changelog\s*$", RegexOptions.NonBacktracking)]
    private static partial Regex Head();

    [GeneratedRegex(@"^\s*%(autochangelog\b|\{\??autochangelog\})", RegexOptions.NonBacktracking)]
    private static partial Regex Automatic();

    [GeneratedRegex(@"^\s*%(include\s|\{load:)", RegexOptions.NonBacktracking)]
    private static partial Regex Included();

    [GeneratedRegex(@"^\*\s*[A-Za-z]{3}\s+(?<month>[A-Z][a-z]{2})\s+(?<day>[0-9]{1,2})\s+((?<time>[0-9]{1,2}:[0-9]{2}:[0-9]{2})\s+[A-Za-z0-9+-]+\s+)?(?<year>[0-9]{4})(\s|$)", RegexOptions.NonBacktracking)]
    private static partial Regex Date();
}
