using System.Buffers;
using System.Text.RegularExpressions;

namespace Skyline.Builder;

/// <summary>How the tools of builds word their failures: compilers, linkers, configure, cmake, meson, make, ninja, test drivers, languages' own tools, the shell, rpm itself.</summary>
static partial class WhatFails
{
    public const int LongestLine = 500;

    /// <summary>A line without one of these is none of those below, and is not looked at.</summary>
    public static readonly SearchValues<string> Words = SearchValues.Create(
        [
            "Executing(%", "Processing files: ", "Checking for unpackaged", "RPM build errors:", "Bad exit status",
            "rror:", "rror[", "ERR", "CMake Error", "undefined reference", "multiple definition", "ld: ", "collect2", "*** ", "ninja: ", "FAIL", "ailed", "not ok ", "E   ",
            "command not found", "No such file", "cannot find", "can't find", "an't locate", "No package '", "no job control", "syntax error", "undefined macro",
            "File must begin", "unpackaged) file", "Hunk #", "Reversed (or", "is needed by ", "atching package", "undefined: ", "is not in std", "no required module", "panic",
            "Killed", "egmentation fault", "core dumped", "Text file busy", "No space left", "File size limit", "File too large", "Cannot allocate memory", "memory exhausted", "Exec format error", "bad interpreter",
            "xception", "Traceback", "xit: ", "Directory not found", "fork", "pthread_create", "native thread", "Result: ", "errors generated",
        ], StringComparison.Ordinal);

    public static string Tidy(string line)
    {
        var plain = (line.AsSpan().ContainsAny(unprintable) ? Escape().Replace(line, "") : line).TrimEnd();
        if (plain.LastIndexOf('\r') is >= 0 and var over) plain = plain[(over + 1)..];
        return plain.Length > LongestLine ? plain[..LongestLine] + "…" : plain;
    }

    /// <summary>Which section a line of rpmbuild's own begins, if it does.</summary>
    public static string? Running(string line) =>
        line.StartsWith("Executing(", StringComparison.Ordinal) && Executing().Match(line) is { Success: true } match ? "%" + match.Groups[1].Value
        : line.StartsWith("Processing files: ", StringComparison.Ordinal) || line.StartsWith("Checking for unpackaged file", StringComparison.Ordinal) ? "%files"
        : null;

    public static string? BlamedSection(string line) => line.StartsWith("error: Bad exit", StringComparison.Ordinal) && BadExit().Match(line) is { Success: true } bad ? "%" + bad.Groups[1].Value : null;

    public static bool IsCause(string line) => Cause().IsMatch(line) && !NoCause().IsMatch(line);

    public static bool ForWantOfProcesses(string line) => line.AsSpan().ContainsAny(forking) && NoFork().IsMatch(line);

    public static bool ForWantOfSpace(string line) => line.AsSpan().ContainsAny(spaces);

    static readonly SearchValues<string> spaces = SearchValues.Create(["No space left on device", "File size limit exceeded", "File too large"], StringComparison.Ordinal);

    static readonly SearchValues<string> forking = SearchValues.Create(["fork", "native thread", "pthread_create"], StringComparison.Ordinal);

    /// <summary>After how many lines the reason that this one promises is over.</summary>
    public static int LinesAlong(string line) => Promise().IsMatch(line) ? 4 : 0;

    public static bool GoesWithCause(string line) => line[0] is ' ' or '\t' || line.StartsWith("No package '", StringComparison.Ordinal);

    [GeneratedRegex(@"^Executing\(%(\w+)\):", RegexOptions.NonBacktracking)]
    private static partial Regex Executing();

    [GeneratedRegex(@"^error: Bad exit status from \S+ \(%(\w+)\)", RegexOptions.NonBacktracking)]
    private static partial Regex BadExit();

    [GeneratedRegex(
        @"(^|[\s:])(fatal )?[Ee]rror(\[E\d+\])?: |: undefined reference to |multiple definition of |^ld: |/ld: cannot find |collect2: |CMake Error|(^|[\s:])ERROR: |^\[ERROR\] |^ERROR |^E: |^E   +\S|make(\[\d+\])?: \*\*\* "
        + @"|^ninja: (error|build stopped)|^FAILED: |^FAILED |^--- FAIL: |^FAIL([:\s]|$)|\bFAILED\b.*\btest|\btest\b.*\bFAILED$|^not ok |^\s*#\s+Failed test|Failed \d+/\d+ subtests|^Result: FAIL|^# (FAIL|ERROR): +[1-9]|^=+ .*\b\d+ (failed|error)"
        + @"|^[\w.]*(Error|Exception)(: |$)|BUILD FAIL(ED|URE)|^FAILURE: Build failed|^Exception in thread |^> Task .* FAILED$|^npm (ERR!|error)|^thread '.*' panicked at |^panic: |: undefined: |is not in std|no required module provides|cannot find package|error: no matching package"
        + @"|command not found|fg: no job control|syntax error near|: possibly undefined macro|: No such file or directory$|cannot find -l|No rule to make target|^No package '|Can't locate \S+ in @INC|compilation aborted|compilation failed"
        + @"|File not found|File must begin with|Installed \(but unpackaged\) file|Directory not found|Hunk #\d+ FAILED|hunks? FAILED|patch: \*\*\*\* |^can't find file to patch|^Reversed \(or previously applied\)"
        + @"|\bKilled\b|Segmentation fault|\(core dumped\)|Assertion .* failed|Text file busy|No space left on device|Cannot allocate memory|virtual memory exhausted|Exec format error|bad interpreter| is needed by ",
        RegexOptions.NonBacktracking)]
    private static partial Regex Cause();

    /// <summary>Echoed by `sh -x`, asked by configure, or counted as fine.</summary>
    [GeneratedRegex(@"^\++ |\b0 (errors?|failed)\b|^warning: |: warning: |^checking .*\.\.\.|^(ok|PASS|XFAIL|SKIP)\b|^not ok .*# (TODO|SKIP)|^# (FAIL|ERROR): +0|^test .*\.\.\. ok$", RegexOptions.NonBacktracking)]
    private static partial Regex NoCause();

    [GeneratedRegex(@"CMake Error|Installed \(but unpackaged\) file|Failed build dependencies|Package requirements \(|^\[ERROR\] Failed to execute goal", RegexOptions.NonBacktracking)]
    private static partial Regex Promise();

    [GeneratedRegex(@"fork: .*Resource temporarily unavailable|[Cc]annot fork|can't fork|unable to create new native thread|pthread_create.*Resource temporarily unavailable", RegexOptions.NonBacktracking)]
    private static partial Regex NoFork();

    /// <summary>What a line that can be shown as it is has none of.</summary>
    static readonly SearchValues<char> unprintable = SearchValues.Create([.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Concat([0x61c, 0x200e, 0x200f]).Concat(Enumerable.Range(0x202a, 5)).Concat(Enumerable.Range(0x2066, 4)).Select(letter => (char)letter)]);

    /// <summary>Colours, and whatever else is not text, or turns around the text after it; a carriage return stays, for it says what has been written over.</summary>
    [GeneratedRegex("\u001b\\[[0-9;]*[A-Za-z]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", RegexOptions.NonBacktracking)]
    private static partial Regex Escape();
}
