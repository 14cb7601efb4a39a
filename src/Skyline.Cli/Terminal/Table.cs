namespace Skyline.Cli.Terminal;

/// <summary>Rows in columns as wide as they need to be. Every cell is made harmless here.</summary>
static class Table
{
    public static void Write(TextWriter to, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string?>> rows)
    {
        List<string[]> all = [[.. heads], .. rows.Select(row => row.Select(Untrusted.Line).ToArray())];
        var widths = heads.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all) to.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
