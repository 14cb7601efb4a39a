using System.Text.RegularExpressions;

namespace Skyline.Builder;

/// <summary>The lines of a log that say why a build failed, the cause first.</summary>
/// <param name="Section">"%prep", "%build", "%install", "%check" or "%files"; null where the log does not say.</param>
/// <param name="Forkless">The log says that no process could be started: the limit on processes.</param>
/// <param name="Spaceless">The log says that there was no room on a disk, or for a file.</param>
sealed partial record FailingLines(IReadOnlyList<string> Lines, string? Section, bool Forkless, bool Spaceless = false)
{
    const int MostCauses = 12, MostSummary = 10, MostTail = 10, LongestLine = 500;

    /// <summary>Reads the log once and keeps no more of it than it hands out.</summary>
    public static FailingLines Find(IEnumerable<string> log)
    {
        var causes = new List<string>();
        var summary = new List<string>();
        var tail = new Queue<string>();
        string? running = null, blamed = null;
        bool forkless = false, spaceless = false, summing = false;
        foreach (var line in log.Select(Tidy))
        {
            if (line.Length == 0) continue;
            if (Running(line) is { } section)
            {
                // A section that got past its errors did not fail by them.
                if (section != running) causes.Clear();
                running = section;
                tail.Clear();
            }
            forkless |= NoFork().IsMatch(line);
            spaceless |= NoSpace().IsMatch(line);
            if (line.StartsWith("RPM build errors:", StringComparison.Ordinal)) summing = true;
            else if (summing && summary.Count < MostSummary) summary.Add(line.Trim());
            else if (!summing && BadExit().Match(line) is { Success: true } bad) blamed = "%" + bad.Groups[1].Value;
            else if (!summing && IsCause(line) && causes.Count < MostCauses) causes.Add(line);
            if (summing) continue;
            tail.Enqueue(line);
            if (tail.Count > MostTail) tail.Dequeue();
        }
        var first = causes.Count > 0 ? causes : [.. tail.Where(line => !line.StartsWith("error: Bad exit status", StringComparison.Ordinal))];
        return new([.. first.Concat(summary).Distinct()], blamed ?? running, forkless, spaceless);
    }

    /// <summary>Which section a line of rpmbuild's own begins, if it does.</summary>
    static string? Running(string line) =>
        Executing().Match(line) is { Success: true } match ? "%" + match.Groups[1].Value
        : line.StartsWith("Processing files: ", StringComparison.Ordinal) || line.StartsWith("Checking for unpackaged file", StringComparison.Ordinal) ? "%files"
        : null;

    static bool IsCause(string line) => Cause().IsMatch(line) && !NoCause().IsMatch(line);

    static string Tidy(string line)
    {
        var plain = Escape().Replace(line, "").TrimEnd();
        return plain.Length > LongestLine ? plain[..LongestLine] + "…" : plain;
    }

    [GeneratedRegex(@"^Executing\(%(\w+)\):", RegexOptions.NonBacktracking)]
    private static partial Regex Executing();

    [GeneratedRegex(@"^error: Bad exit status from \S+ \(%(\w+)\)", RegexOptions.NonBacktracking)]
    private static partial Regex BadExit();

    /// <summary>Compilers, linkers, configure, cmake, meson, make, ninja, Python, Rust, Go, test drivers, rpm itself.</summary>
    [GeneratedRegex(
        @"(^|[\s:])(fatal )?error(\[E\d+\])?: |^error: |: undefined reference to |^ld: |collect2: |configure: error: |CMake Error|ERROR: |^E: |make(\[\d+\])?: \*\*\* "
        + @"|^ninja: |^FAILED: |^FAIL[: ]|\bFAILED\b.*\btest|^not ok |ModuleNotFoundError|ImportError|SyntaxError|command not found|: No such file or directory$|cannot find -l|No rule to make target"
        + @"|File not found|File must begin with|Installed \(but unpackaged\) file|Directory not found|Hunk #\d+ FAILED|Killed$|Segmentation fault|Text file busy|No space left on device|Cannot allocate memory|virtual memory exhausted|^panic: |cannot find package|is needed by ",
        RegexOptions.NonBacktracking)]
    private static partial Regex Cause();

    /// <summary>Echoed by `sh -x`, or counted as fine.</summary>
    [GeneratedRegex(@"^\++ |\b0 errors?|^warning: |: warning: ", RegexOptions.NonBacktracking)]
    private static partial Regex NoCause();

    [GeneratedRegex(@"fork: .*Resource temporarily unavailable|[Cc]annot fork|can't fork|unable to create new native thread|pthread_create.*Resource temporarily unavailable", RegexOptions.NonBacktracking)]
    private static partial Regex NoFork();

    [GeneratedRegex(@"No space left on device|File size limit exceeded|File too large", RegexOptions.NonBacktracking)]
    private static partial Regex NoSpace();

    /// <summary>Colours, and whatever else is not text, or turns around the text after it.</summary>
    [GeneratedRegex("\u001b\\[[0-9;]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", RegexOptions.NonBacktracking)]
    private static partial Regex Escape();
}
