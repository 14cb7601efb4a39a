using System.Globalization;
using System.Text.RegularExpressions;

namespace Skyline.Rpm;

/// <summary>
/// A release that rpmautospec counts from the commits of a git repository. A source package has no repository; what rpmautospec
/// counted it wrote into the spec, before it made the source package: "release_number = N;" in a macro of its own.
/// </summary>
static partial class RaiseAutorelease
{
    const int LongestMacro = 12;

    /// <returns>The number as it is now, with what the call adds to it; or why not.</returns>
    public static (string? Release, string? Why) In(SpecLines lines, string call, Dictionary<string, bool> raised)
    {
        var number = NumberLine(lines);
        if (number < 0)
            return (null, "The spec's Release is %autorelease, and nothing in the source package says its number (rpmautospec's preamble, 'release_number = N;', is not in the spec), so it cannot be raised here. Make the source package with rpmautospec or fedpkg, or raise the release in git.");
        var match = Number().Match(lines[number]);
        var now = raised.TryAdd("autorelease", true) ? RaiseRelease.Plus(match.Groups["number"].Value) : match.Groups["number"].Value;
        lines[number] = lines[number][..match.Groups["number"].Index] + now + lines[number][(match.Groups["number"].Index + match.Groups["number"].Length)..];
        return (Told(now, call), null);
    }

    /// <summary>Of several preambles the last one is what rpm goes by.</summary>
    static int NumberLine(SpecLines lines)
    {
        for (var at = lines.Count - 1; at >= 0; at--)
        {
            if (!Macro().IsMatch(lines[at])) continue;
            for (var inside = at; inside < Math.Min(lines.Count, at + LongestMacro); inside++)
            {
                if (Number().IsMatch(lines[inside])) return inside;
            }
        }
        return -1;
    }

    /// <summary>What rpm makes of the number: "-p" a pre-release, "-b 7" counts from there, "-e rc1" and "-s snapshot" come behind.</summary>
    static string Told(string number, string call)
    {
        var options = Option().Matches(call).ToLookup(option => option.Groups["letter"].Value, option => option.Groups["value"].Value);
        var from = int.TryParse(options["b"].LastOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 1;
        return (call.Contains(" -p", StringComparison.Ordinal) ? "0." : "") + RaiseRelease.Plus(number, from - 1) + string.Concat(new[] { "e", "s" }.SelectMany(letter => options[letter].TakeLast(1)).Select(value => "." + value));
    }

    [GeneratedRegex(@"^\s*%(define|global)\s+autorelease(\s|\()", RegexOptions.NonBacktracking)]
    private static partial Regex Macro();

    [GeneratedRegex(@"^\s*release_number\s*=\s*(?<number>[0-9]{1,9})\s*;?\s*$", RegexOptions.NonBacktracking)]
    private static partial Regex Number();

    [GeneratedRegex(@"-(?<letter>[bes])\s*(?<value>[A-Za-z0-9._+~^]+)", RegexOptions.NonBacktracking)]
    private static partial Regex Option();
}
