using System.Text.RegularExpressions;

namespace Skyline.Builder;

/// <summary>What mock's root.log and build.log say of an end. The package manager's words in them repeat a stranger's: bounded, and only ever names to ask for.</summary>
static partial class MockLog
{
    const int MostProblems = 12, MostWanted = 200;

    /// <summary>Why the package manager could not, in its own words.</summary>
    public static IReadOnlyList<string> Problems(string rootLog) =>
        [.. Lines(rootLog).Where(line => Problem().IsMatch(line)).Select(Plain).Distinct().Take(MostProblems)];

    /// <summary>What was asked for and is in none of the repositories that mock was given.</summary>
    public static IReadOnlyList<string> Wanted(string rootLog) =>
        [.. Lines(rootLog).Select(line => Want().Match(line)).Where(match => match.Success).Select(match => match.Groups["what"].Value.Trim()).Where(what => what.Length > 0).Distinct().Take(MostWanted)];

    /// <summary>How the last program ended that mock ran for the build: mock writes that after all that the program wrote.</summary>
    public static int? LastReturn(string buildLog)
    {
        int? last = null;
        foreach (var line in new FollowedLines(buildLog).Next())
        {
            if (Return().Match(line) is { Success: true } said && int.TryParse(said.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture, out var code)) last = code;
        }
        return last;
    }

    static IEnumerable<string> Lines(string log) => new FollowedLines(log).Next();

    static string Plain(string line) => Prefix().Replace(line, "");

    /// <summary>As dnf 4, dnf5 and mock word it in root.log.</summary>
    [GeneratedRegex(@"No matching package to install|No match for argument|nothing provides |Problem( \d+)?: |is filtered out by|conflicting requests|GPG check FAILED|Error unpacking", RegexOptions.NonBacktracking)]
    private static partial Regex Problem();

    /// <summary>dnf 4's builddep quotes, dnf's install and dnf5 do not.</summary>
    [GeneratedRegex(@"(No matching package to install: '(?<what>[^'\p{C}]{1,256})'|No match for argument: (?<what>[^\p{C}]{1,256})|nothing provides (?<what>[^\p{C}]{1,256}) needed by \S+( .*)?)$", RegexOptions.NonBacktracking)]
    private static partial Regex Want();

    /// <summary>"DEBUG util.py:595:  " before each line.</summary>
    [GeneratedRegex(@"^[A-Z]+ \S+:\d+: +", RegexOptions.NonBacktracking)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"^Child return code was: (-?\d{1,5})$", RegexOptions.NonBacktracking)]
    private static partial Regex Return();
}
