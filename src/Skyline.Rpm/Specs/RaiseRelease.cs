using System.Globalization;
using System.Text.RegularExpressions;

namespace Skyline.Rpm;

/// <summary>
/// Where a spec says its release, and what the next one is: "3%{?dist}" → "4%{?dist}", "0.3.rc1" → "0.4.rc1" (a pre-release's),
/// "3%{?dist}.1" → "4%{?dist}.1"; in the macro where it is set through one; in rpmautospec's preamble where it is %autorelease.
/// </summary>
static partial class RaiseRelease
{
    const int DeepestMacro = 8;

    /// <returns>The release as it is now, or why it is what it was.</returns>
    public static (string? Release, string? Why) In(SpecLines lines)
    {
        var said = new List<int>();
        for (var at = 0; at < lines.Count && !Section().IsMatch(lines[at]); at++)
        {
            if (Release().IsMatch(lines[at])) said.Add(at);
        }
        if (said.Count == 0) return (null, "The spec has no Release line before its first section, so there is none to raise.");
        // A condition may choose between several; whichever it is, it is higher. A macro that more than one of them has is raised once.
        var raised = new Dictionary<string, bool>();
        string? first = null;
        foreach (var at in said)
        {
            var value = Release().Match(lines[at]).Groups["value"].Value;
            var (now, why) = Autorelease().IsMatch(value) ? RaiseAutorelease.In(lines, value, raised) : Raise(lines, value, raised, 0);
            if (why is not null) return (null, why);
            if (now != value && !Autorelease().IsMatch(value)) lines[at] = Replaced(lines[at], Release().Match(lines[at]).Groups["value"], now!);
            first ??= Autorelease().IsMatch(value) ? now : Expanded(lines, now!);
        }
        return (first, null);
    }

    /// <returns>What the value is from now on: itself, where a macro in it was raised.</returns>
    static (string? Value, string? Why) Raise(SpecLines lines, string value, Dictionary<string, bool> raised, int depth)
    {
        var skip = PastConditions(value);
        var rest = value[skip..];
        if (Function().Match(rest) is { Success: true } function) return (value[..(skip + function.Groups["number"].Index)] + Next(function.Groups["number"].Value), null);
        if (rest.Length > 0 && char.IsAsciiDigit(rest[0]) && !PrereleaseMacro().IsMatch(rest)) return (value[..skip] + Next(rest), null);
        var name = (PrereleaseMacro().Match(rest) is { Success: true } inside ? inside : FirstMacro().Match(rest)).Groups["name"].Value;
        if (name.Length == 0 || depth == DeepestMacro) return (null, Odd(value));
        // Not yet, while it is being looked at: a macro that is set to itself is never raised.
        if (!raised.TryAdd(name, false)) return raised[name] ? (value, null) : (null, Odd(value));
        for (var at = 0; at < lines.Count; at++)
        {
            if (Definition().Match(lines[at]) is not { Success: true } definition || definition.Groups["name"].Value != name) continue;
            var (now, why) = Raise(lines, definition.Groups["value"].Value, raised, depth + 1);
            if (why is not null) continue;
            lines[at] = Replaced(lines[at], definition.Groups["value"], now!);
            raised[name] = true;
        }
        return raised[name] ? (value, null) : (null, Odd(value));
    }

    static string Odd(string value) =>
        $"The spec's Release is '{(value.Length > 100 ? value[..100] + "…" : value)}', which is neither a number nor a macro that the spec itself sets to one, so it cannot be raised here; raise it in the spec.";

    /// <summary>As rpmdev-bumpspec: after "0." the number of the pre-release; "1.rc2", where that should have been, gets a number at its end.</summary>
    static string Next(string value)
    {
        if (Prerelease().Match(value) is { Success: true } pre) return "0." + Plus(pre.Groups["number"].Value) + value[pre.Length..];
        var digits = value.TakeWhile(char.IsAsciiDigit).Count();
        var rest = value[digits..];
        if (!rest.Contains("rc", StringComparison.Ordinal)) return Plus(value[..digits]) + rest;
        return LastNumber().Match(value) is { Success: true } last ? value[..last.Groups["number"].Index] + Plus(last.Groups["number"].Value) : value.TrimEnd() + ".1";
    }

    internal static string Plus(string number, int more = 1) => (System.Numerics.BigInteger.Parse(number, CultureInfo.InvariantCulture) + more).ToString(CultureInfo.InvariantCulture);

    static string Replaced(string line, Group group, string value) => line[..group.Index] + value + line[(group.Index + group.Length)..];

    /// <summary>How far "%{?prerelease:0.%{prerelease}.}" and the like go at the start of a value.</summary>
    static int PastConditions(string value)
    {
        var at = 0;
        while (Condition().IsMatch(value[at..]))
        {
            var (end, open) = (at, 0);
            do
            {
                if (value[end] == '{') open++;
                if (value[end] == '}') open--;
                end++;
            }
            while (end < value.Length && (open > 0 || value[end - 1] != '}'));
            if (open > 0) return at;
            at = end;
        }
        return at;
    }

    /// <summary>With the spec's own plain macros in their places: for the changelog.</summary>
    static string Expanded(SpecLines lines, string value)
    {
        for (var round = 0; round < DeepestMacro && FirstMacro().Match(value) is { Success: true } macro && macro.Groups["name"].Value != "dist"; round++)
        {
            var definition = Enumerable.Range(0, lines.Count).Select(at => Definition().Match(lines[at])).FirstOrDefault(match => match.Success && match.Groups["name"].Value == macro.Groups["name"].Value);
            if (definition is null) return value;
            value = definition.Groups["value"].Value + value[macro.Length..];
        }
        return value;
    }

    [GeneratedRegex(@"^\s*Release\s*:\s*(?<value>\S(?:[^#\r\n]*[^#\s])?)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Release();

    [GeneratedRegex(@"^%(description|package|prep|generate_buildrequires|conf|build|install|check|clean|files|pre|post|preun|postun|pretrans|posttrans|trigger\w*|filetrigger\w*|changelog)(\s|$)", RegexOptions.NonBacktracking)]
    private static partial Regex Section();

    [GeneratedRegex(@"^%(autorelease\b|\{\??autorelease[ \}])", RegexOptions.NonBacktracking)]
    internal static partial Regex Autorelease();

    [GeneratedRegex(@"^0\.(?<number>[0-9]+)", RegexOptions.NonBacktracking)]
    private static partial Regex Prerelease();

    /// <summary>"0.%{rel}.rc1": what is raised is the macro.</summary>
    [GeneratedRegex(@"^0\.%\{?\??(?<name>[A-Za-z_][A-Za-z0-9_]*)\}?", RegexOptions.NonBacktracking)]
    private static partial Regex PrereleaseMacro();

    [GeneratedRegex(@"^%\{?\??(?<name>[A-Za-z_][A-Za-z0-9_]*)\}?", RegexOptions.NonBacktracking)]
    private static partial Regex FirstMacro();

    [GeneratedRegex(@"^%\{[!?]+[A-Za-z0-9_]+:", RegexOptions.NonBacktracking)]
    private static partial Regex Condition();

    /// <summary>The kernel's and others' "%release_func 3".</summary>
    [GeneratedRegex(@"^%\{?release_func\s+(?<number>[0-9].*)", RegexOptions.NonBacktracking)]
    private static partial Regex Function();

    [GeneratedRegex(@"^\s*%(?:global|define)\s+(?<name>[A-Za-z_][A-Za-z0-9_]*)\s+(?<value>\S(?:.*\S)?)\s*$", RegexOptions.NonBacktracking)]
    private static partial Regex Definition();

    [GeneratedRegex(@"\.(?<number>[0-9]+)$", RegexOptions.NonBacktracking)]
    private static partial Regex LastNumber();
}
