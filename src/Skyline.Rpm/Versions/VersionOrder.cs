namespace Skyline.Rpm;

/// <summary>
/// rpm's order of versions (rpmvercmp): runs of digits and runs of letters are compared in turn, digits as numbers, and a
/// number is newer than a word. `~` sorts before the end of a version, `^` after it but before any continuation.
/// All other characters only separate.
/// </summary>
static class VersionOrder
{
    public static int Compare(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        while (true)
        {
            a = SkipSeparators(a);
            b = SkipSeparators(b);
            if (Mark(a, b, '~', endCounts: -1) is { } tilde)
            {
                if (tilde != 0)
                    return tilde;
            }
            else if (Mark(a, b, '^', endCounts: 1) is { } caret)
            {
                if (caret != 0)
                    return caret;
            }
            else
            {
                if (a.IsEmpty || b.IsEmpty)
                    return a.IsEmpty.CompareTo(b.IsEmpty) * -1;
                if (CompareRuns(ref a, ref b) is not 0 and var order)
                    return order;
                continue;
            }
            a = a[1..];
            b = b[1..];
        }
    }

    /// <summary>
    /// Null if neither stands at the mark, 0 if both do. If one does, it is older than the other, except that `^` is newer
    /// than a version that ends here (<paramref name="endCounts"/> 1).
    /// </summary>
    static int? Mark(ReadOnlySpan<char> a, ReadOnlySpan<char> b, char mark, int endCounts)
    {
        bool inA = a is [var x, ..] && x == mark, inB = b is [var y, ..] && y == mark;
        return (inA, inB) switch
        {
            (true, true) => 0,
            (true, false) => b.IsEmpty ? endCounts : -1,
            (false, true) => a.IsEmpty ? -endCounts : 1,
            _ => null,
        };
    }

    static int CompareRuns(ref ReadOnlySpan<char> a, ref ReadOnlySpan<char> b)
    {
        var digits = char.IsAsciiDigit(a[0]);
        var runA = Run(a, digits);
        var runB = Run(b, digits);
        if (runB.IsEmpty)
            return digits ? 1 : -1;
        a = a[runA.Length..];
        b = b[runB.Length..];
        if (digits)
        {
            runA = runA.TrimStart('0');
            runB = runB.TrimStart('0');
            if (runA.Length != runB.Length)
                return runA.Length < runB.Length ? -1 : 1;
        }
        return Math.Sign(runA.SequenceCompareTo(runB));
    }

    static ReadOnlySpan<char> Run(ReadOnlySpan<char> text, bool digits)
    {
        var length = 0;
        while (length < text.Length && (digits ? char.IsAsciiDigit(text[length]) : char.IsAsciiLetter(text[length])))
            length++;
        return text[..length];
    }

    static ReadOnlySpan<char> SkipSeparators(ReadOnlySpan<char> text)
    {
        var at = 0;
        while (at < text.Length && !char.IsAsciiLetterOrDigit(text[at]) && text[at] is not ('~' or '^'))
            at++;
        return text[at..];
    }
}
