using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Skyline.Server.Tags;

/// <summary>
/// Which packages come through a link: those whose names match a regular expression from their beginning, as Python's re.match has it.
/// It is matched without backtracking, in time that grows with the name alone, whatever was written.
/// </summary>
sealed class PackageFilter
{
    public const int Longest = 200;

    const int MostKnown = 1000, MostCounts = 2;

    static readonly ConcurrentDictionary<string, PackageFilter> known = new();

    readonly Regex regex;

    PackageFilter(string pattern) => regex = new Regex($@"\A(?:{pattern})", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <param name="pattern">One that there is nothing against; the same pattern is the same filter.</param>
    public static PackageFilter Of(string pattern)
    {
        if (known.Count > MostKnown) known.Clear();
        return known.GetOrAdd(pattern, text => new PackageFilter(text));
    }

    public bool Admits(string package) => regex.IsMatch(package);

    /// <returns>Null if it can be a filter.</returns>
    public static string? WhyNot(string pattern)
    {
        if (pattern.Length is 0 or > Longest) return $"A filter has from one letter to {Longest}.";
        if (pattern.Any(char.IsControl)) return "A filter is one line of text.";
        if (pattern.Count(letter => letter == '{') > MostCounts) return $"A filter has at most {MostCounts} counts in braces.";
        try
        {
            // By itself first: brackets that close one of ours would match elsewhere than at the beginning.
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            _ = new PackageFilter(pattern);
            return null;
        }
        catch (NotSupportedException)
        {
            return $"The filter '{pattern}' looks ahead, behind or back; write it without.";
        }
        catch (ArgumentException)
        {
            return $"The filter '{pattern}' is no regular expression.";
        }
    }
}
