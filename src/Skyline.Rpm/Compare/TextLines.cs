namespace Skyline.Rpm;

/// <summary>How two texts differ, line by line, as `diff -u` tells it; of texts that are too long for that, all lines of both.</summary>
public static class TextLines
{
    const int Around = 3, MostLines = 20_000, LongestLine = 500;
    const long MostWork = 40_000_000;

    /// <returns>Each with ' ', '-' or '+' before it, "…" between distant ones; empty: they are the same.</returns>
    public static IReadOnlyList<string> Difference(string before, string after)
    {
        var (first, second) = (Lines(before), Lines(after));
        int start = 0, end = 0;
        while (start < Math.Min(first.Length, second.Length) && first[start] == second[start]) start++;
        while (end < Math.Min(first.Length, second.Length) - start && first[^(end + 1)] == second[^(end + 1)]) end++;
        if (start + end == first.Length && start + end == second.Length) return [];
        var edited = Edits(first[start..^end], second[start..^end]);
        List<string> all = [.. first[..start].Select(line => " " + line), .. edited, .. first[^end..].Select(line => " " + line)];
        return Near(all);
    }

    /// <summary>The longest common subsequence, in rows; for specs of some thousand lines.</summary>
    static List<string> Edits(string[] first, string[] second)
    {
        if ((long)first.Length * second.Length > MostWork) return [.. first.Select(line => "-" + line), .. second.Select(line => "+" + line)];
        var longest = new ushort[first.Length + 1, second.Length + 1];
        for (var i = first.Length - 1; i >= 0; i--)
            for (var j = second.Length - 1; j >= 0; j--)
                longest[i, j] = first[i] == second[j] ? (ushort)(longest[i + 1, j + 1] + 1) : Math.Max(longest[i + 1, j], longest[i, j + 1]);
        var edits = new List<string>();
        for (int i = 0, j = 0; i < first.Length || j < second.Length;)
            if (i < first.Length && j < second.Length && first[i] == second[j]) (_, i, j) = (Add(" " + first[i]), i + 1, j + 1);
            else if (j == second.Length || i < first.Length && longest[i + 1, j] >= longest[i, j + 1]) (_, i) = (Add("-" + first[i]), i + 1);
            else (_, j) = (Add("+" + second[j]), j + 1);
        return edits;

        bool Add(string line)
        {
            edits.Add(line);
            return true;
        }
    }

    static List<string> Near(List<string> all)
    {
        var near = new bool[all.Count];
        for (var i = 0; i < all.Count; i++)
            if (all[i][0] != ' ')
                for (var j = Math.Max(0, i - Around); j <= Math.Min(all.Count - 1, i + Around); j++) near[j] = true;
        var told = new List<string>();
        for (var i = 0; i < all.Count; i++)
            if (near[i]) told.Add(all[i][0] + Harmless(all[i][1..]));
            else if (told.Count == 0 || told[^1] != "…") told.Add("…");
        return told;
    }

    static string[] Lines(string text) => [.. text.Split('\n').Take(MostLines)];

    /// <summary>Nothing in it that a terminal or a page would take for more than text; bidirectional marks, that have code look like other code, among it.</summary>
    internal static string Harmless(string line) => string.Concat((line.Length > LongestLine ? line[..LongestLine] + "…" : line).TrimEnd('\r').Select(letter =>
        letter == '\t' ? '\t' : char.IsControl(letter) || char.GetUnicodeCategory(letter) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator ? '\ufffd' : letter));
}
