using System.CommandLine.Parsing;
using System.Globalization;

namespace Skyline.Cli.Terminal;

/// <summary>Numbers on the command line, refused in words.</summary>
static class Numbers
{
    /// <param name="of">What the number is of, for the sentence: "a build".</param>
    public static Func<ArgumentResult, long[]> Several(string of) => given => [.. given.Tokens.Select(token => Parse(given, token.Value, of))];

    public static Func<ArgumentResult, long?> One(string of) => given => given.Tokens is [var token] ? Parse(given, token.Value, of) : null;

    static long Parse(ArgumentResult given, string text, string of)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0) return number;
        given.AddError($"{text} is not the number of {of}.");
        return 0;
    }
}
