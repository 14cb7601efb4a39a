using System.Text.RegularExpressions;
using Skyline.Protocol;

namespace Skyline.Server.MassRebuilds;

/// <param name="Why">How the build, or the member without one, ended.</param>
/// <param name="Lines">The failing lines of its log, the cause first.</param>
sealed record FailedMember(string Package, long? Build, string? Why, IReadOnlyList<string> Lines);

/// <summary>Groups failures by their cause, purely: from a sentence that the builder or the server wrote, and from the first line of the log that says why.</summary>
static partial class FailureCauses
{
    const int LongestCause = 200;

    /// <returns>The causes that most packages have first.</returns>
    public static IReadOnlyList<FailureGroup> Of(IEnumerable<FailedMember> failed) =>
    [
        .. failed.Select(member => (Member: member, Cause: Cause(member))).GroupBy(one => one.Cause)
            .Select(group => new FailureGroup(group.Key.Kind, group.Key.Text, [.. group.Select(one => new FailedRebuild(one.Member.Package, one.Member.Build, one.Member.Lines.Count > 0 ? one.Member.Lines[0] : one.Member.Why)).OrderBy(one => one.Package, StringComparer.Ordinal)]))
            .OrderByDescending(group => group.Packages.Count).ThenBy(group => group.Kind).ThenBy(group => group.Cause, StringComparer.Ordinal),
    ];

    static (FailureKind Kind, string Text) Cause(FailedMember member)
    {
        var why = member.Why ?? "";
        if (why.Contains("through no fault of the package", StringComparison.Ordinal)) return (FailureKind.Infrastructure, "Every builder that tried it was lost.");
        if (Missing().Match(why) is { Success: true } missing) return (FailureKind.MissingRequirement, $"Nothing provides {missing.Groups["what"].Value}");
        if (Needed(member.Lines) is { } needed) return (FailureKind.MissingRequirement, $"Nothing provides {needed}");
        if (why.Contains("cannot be met together", StringComparison.Ordinal)) return (FailureKind.MissingRequirement, Conflict().Match(why) is { Success: true } conflict ? $"Nothing provides {conflict.Groups["what"].Value}" : "BuildRequires cannot be met together");
        if (why.EndsWith("was ended.", StringComparison.Ordinal) || why.Contains(" and was ended; ", StringComparison.Ordinal)) return (FailureKind.Limit, Plain(why));
        if (why.Contains("cannot be raised", StringComparison.Ordinal)) return (FailureKind.Release, why.Contains("%autorelease", StringComparison.Ordinal) ? "Its release is %autorelease, and the source package does not say its number" : "Its release cannot be raised by one");
        if (why.Contains("already", StringComparison.Ordinal) && member.Lines.Count == 0) return (FailureKind.Refused, Plain(why));
        return OfSection(why, member.Lines);
    }

    static (FailureKind, string) OfSection(string why, IReadOnlyList<string> lines)
    {
        var (kind, said) = Section().Match(why) is { Success: true } section ? (KindOf(section.Groups["section"].Value), section.Groups["rest"].Value)
            : why.StartsWith("The spec does not parse", StringComparison.Ordinal) || why.Contains("spec file", StringComparison.Ordinal) ? (FailureKind.Spec, why) : (FailureKind.Other, why);
        var line = lines.Count > 0 ? lines[0] : said;
        if (kind is FailureKind.Other or FailureKind.CompileError && Test().IsMatch(line)) kind = FailureKind.TestFailure;
        else if (kind == FailureKind.Other && lines.Count > 0 && Compiler().IsMatch(line)) kind = FailureKind.CompileError;
        var text = Plain(line);
        return (kind, text.Length > 0 ? text : "It did not say why");
    }

    static FailureKind KindOf(string section) => section switch
    {
        "prep" => FailureKind.PatchFailure,
        "build" or "install" or "conf" => FailureKind.CompileError,
        "check" => FailureKind.TestFailure,
        "files" => FailureKind.Files,
        _ => FailureKind.Other,
    };

    /// <summary>rpm's own word, where a chroot lacked what the spec asked for.</summary>
    static string? Needed(IReadOnlyList<string> lines) => lines.Select(line => IsNeeded().Match(line)).FirstOrDefault(match => match.Success)?.Groups["what"].Value;

    /// <summary>What many builds' lines have in common: no file, place, address, version or number in it.</summary>
    static string Plain(string line)
    {
        var text = Where().Replace(line.Trim(), "");
        text = Path().Replace(text, "…/");
        text = Hex().Replace(text, "…");
        text = Number().Replace(text, "N");
        text = Blanks().Replace(text, " ").Trim();
        return text.Length > LongestCause ? text[..LongestCause] + "…" : text;
    }

    [GeneratedRegex(@"Nothing provides (?<what>[^,]+), which the package's BuildRequires ask for", RegexOptions.NonBacktracking)]
    private static partial Regex Missing();

    [GeneratedRegex(@"nothing provides (?<what>.+?) needed by", RegexOptions.NonBacktracking)]
    private static partial Regex Conflict();

    [GeneratedRegex(@"^\s*(?<what>\S.*\S|\S) is needed by \S+$", RegexOptions.NonBacktracking)]
    private static partial Regex IsNeeded();

    [GeneratedRegex(@"^(?:[a-z0-9_]+: )?%(?<section>[a-z]+) failed(?:: (?<rest>.*)|\.)?$", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"(\bFAIL(ED|URES?)?\b|\btests? failed|^not ok )", RegexOptions.NonBacktracking)]
    private static partial Regex Test();

    [GeneratedRegex(@"(error: |error\[E|undefined reference|cannot find -l|No such file or directory|CMake Error)", RegexOptions.NonBacktracking)]
    private static partial Regex Compiler();

    /// <summary>"hello.c:3:5: ", "hello.c(3): " and "make[2]: *** [Makefile:12: all] ".</summary>
    [GeneratedRegex(@"^(?:\S+?:\d+(?::\d+)?:\s*|\S+\(\d+\):\s*)+", RegexOptions.NonBacktracking)]
    private static partial Regex Where();

    [GeneratedRegex(@"(?:/[A-Za-z0-9._+~-]+)+/", RegexOptions.NonBacktracking)]
    private static partial Regex Path();

    [GeneratedRegex(@"\b(?:0x[0-9a-f]+|[0-9a-f]{8,})\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Hex();

    [GeneratedRegex(@"\b[0-9]+(?:\.[0-9]+)*\b", RegexOptions.NonBacktracking)]
    private static partial Regex Number();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Blanks();
}
