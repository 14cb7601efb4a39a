using System.Data;
using System.Runtime.InteropServices;
using Skyline.Server.Storage;

namespace Skyline.Server.Builds;

/// <summary>
/// How long runs took that succeeded, of each package and of each line: the median of the last ones, so that a run that hung for an hour says
/// nothing of the next. Noted with each run, so that nobody has to look through all that ever ran.
/// </summary>
sealed class Medians
{
    /// <summary>How many of the last runs count: machines and packages change.</summary>
    const int OfPackage = 9, OfLine = 25;

    readonly Dictionary<long, double> lines;
    readonly double all;

    /// <summary>Of how many runs what is usual here is known.</summary>
    public int Runs { get; }

    sealed record Row
    {
        public long Line { get; init; }
        public double Seconds { get; init; }
        public int Runs { get; init; }
    }

    Medians(IReadOnlyList<Row> rows, double guess)
    {
        lines = rows.ToDictionary(row => row.Line, row => row.Seconds);
        Runs = rows.Sum(row => row.Runs);
        all = Runs == 0 ? guess : Middle([.. rows.OrderBy(row => row.Seconds)], Runs / 2.0);
    }

    public static Medians Of(IDbConnection db, double guess) => new(db.All<Row>("SELECT id AS Line, seconds AS Seconds, runs AS Runs FROM lines WHERE runs > 0"), guess);

    public double Of(long line) => lines.GetValueOrDefault(line, all);

    /// <summary>The line's that half of all runs are in or before.</summary>
    static double Middle(IReadOnlyList<Row> sorted, double half)
    {
        var passed = 0.0;
        foreach (var row in sorted)
            if ((passed += row.Runs) >= half) return row.Seconds;
        return sorted[^1].Seconds;
    }

    sealed record Took
    {
        public required string Package { get; init; }
        public required string Arch { get; init; }
        public long? Line { get; init; }
        public double Seconds { get; init; }
        public byte[]? LastOfPackage { get; init; }
        public byte[]? LastOfLine { get; init; }
    }

    public static void Note(IDbTransaction tx, long run, long now)
    {
        var took = tx.One<Took>("""
            SELECT b.package AS Package, t.arch AS Arch, r.line_id AS Line, max(0, @now - r.leased_at) / 1000.0 AS Seconds, d.recent AS LastOfPackage, n.recent AS LastOfLine
            FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id LEFT JOIN durations d ON d.package = b.package AND d.arch = t.arch LEFT JOIN lines n ON n.id = r.line_id WHERE r.id = @run
            """, new { run, now })!;
        var (package, line) = (With(took.LastOfPackage, took.Seconds, OfPackage), With(took.LastOfLine, took.Seconds, OfLine));
        tx.Execute("INSERT INTO durations (package, arch, seconds, runs, recent) VALUES (@Package, @Arch, @seconds, 1, @recent) ON CONFLICT (package, arch) DO UPDATE SET seconds = @seconds, runs = durations.runs + 1, recent = @recent",
            new { took.Package, took.Arch, seconds = MedianOf(package), recent = package });
        if (took.Line is not null) tx.Execute("UPDATE lines SET seconds = @seconds, runs = runs + 1, recent = @recent WHERE id = @Line", new { took.Line, seconds = MedianOf(line), recent = line });
    }

    /// <summary>What was kept and one more, the newest last: numbers of four bytes each.</summary>
    static byte[] With(byte[]? kept, double seconds, int most)
    {
        ReadOnlySpan<float> before = MemoryMarshal.Cast<byte, float>(kept ?? []);
        return MemoryMarshal.AsBytes<float>([.. before[Math.Max(0, before.Length - most + 1)..], (float)seconds]).ToArray();
    }

    /// <summary>Of an even number the shorter of the two in the middle: what hangs makes runs longer, nothing makes them shorter than they are.</summary>
    static double MedianOf(byte[] recent)
    {
        float[] sorted = MemoryMarshal.Cast<byte, float>(recent).ToArray();
        Array.Sort(sorted);
        return sorted[(sorted.Length - 1) / 2];
    }
}
