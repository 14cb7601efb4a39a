namespace Skyline.Server.Hooks;

/// <summary>What people name several branches, tags or files by: `*` is anything without a slash, `**` anything, `?` one letter but a slash.</summary>
static class Glob
{
    public const int Longest = 200, Most = 20;

    public static string? WhyNot(string pattern) =>
        pattern.Length is 0 or > Longest || pattern.Any(letter => char.IsControl(letter) || letter is ' ' or '\\' or '[' or '{') || pattern.StartsWith('/') || pattern.Contains("***", StringComparison.Ordinal)
            ? $"'{(pattern.Length > 60 || pattern.Any(char.IsControl) ? "…" : pattern)}' is no pattern: it is up to {Longest} letters without spaces, in which * stands for anything without a slash, ** for anything, and ? for one letter."
            : null;

    public static bool IsOneOf(IReadOnlyList<string> patterns, string text) => patterns.Any(pattern => Matches(pattern, text));

    /// <summary>In steps that grow with the lengths of both, multiplied, whatever the pattern: a `*` that took too little takes more, and where it may not, the `**` before it does.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, starAt = -1, starTook = 0, allAt = -1, allTook = 0;
        while (t < text.Length || p < pattern.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                if (p + 1 < pattern.Length && pattern[p + 1] == '*') (p, allAt, allTook, starAt) = (p + 2, p + 2, t, -1);
                else (p, starAt, starTook) = (p + 1, p + 1, t);
            }
            else if (p < pattern.Length && t < text.Length && (pattern[p] == text[t] || pattern[p] == '?' && text[t] != '/')) (p, t) = (p + 1, t + 1);
            else if (starAt >= 0 && starTook < text.Length && text[starTook] != '/') (p, t) = (starAt, ++starTook);
            else if (allAt >= 0 && allTook < text.Length) (p, t, starAt) = (allAt, ++allTook, -1);
            else return false;
        }
        return true;
    }
}
