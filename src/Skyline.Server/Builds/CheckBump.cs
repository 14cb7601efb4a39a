using System.Text.RegularExpressions;
using Skyline.Protocol;

namespace Skyline.Server.Builds;

/// <summary>What a raised release's changelog may say: lines of text, by somebody with a name and an address.</summary>
static partial class CheckBump
{
    const int LongestText = 1000, MostLines = 20;

    /// <returns>Null, or a sentence.</returns>
    public static string? Why(ReleaseBump bump) =>
        bump.Changelog is not { Length: > 0 and <= LongestText } text || text.Trim().Length == 0 ? $"A raised release has a changelog entry of up to {LongestText} letters."
        : text.Split('\n').Length > MostLines ? $"A changelog entry has at most {MostLines} lines."
        : text.Any(letter => char.IsControl(letter) && letter != '\n') ? "A changelog entry is lines of text."
        : bump.Author is null || !Author().IsMatch(bump.Author) ? $"A changelog entry is by somebody: 'Name <mail@example.org>', not '{bump.Author}'."
        : bump.Date.Year is < 2000 or > 2200 ? $"A changelog entry has a date of our time, not {bump.Date:O}."
        : null;

    [GeneratedRegex(@"\A[^<>\p{C}*%]{1,100} <[A-Za-z0-9.!#$&'*+/=?^_`{|}~@-]{1,150}>\z", RegexOptions.NonBacktracking)]
    private static partial Regex Author();
}
