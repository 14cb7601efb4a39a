using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Builds;

/// <summary>How long runs took that succeeded: noted with each, so that nobody has to look through all that ever ran.</summary>
sealed class Means
{
    readonly Dictionary<long, double> lines;
    readonly double all;

    /// <summary>Of how many runs the mean of all is.</summary>
    public int Runs { get; }

    sealed record Row
    {
        public long Line { get; init; }
        public double Seconds { get; init; }
        public int Runs { get; init; }
    }

    Means(IReadOnlyList<Row> rows, double guess)
    {
        lines = rows.ToDictionary(row => row.Line, row => row.Seconds);
        Runs = rows.Sum(row => row.Runs);
        all = Runs == 0 ? guess : rows.Sum(row => row.Seconds * row.Runs) / Runs;
    }

    public static Means Of(IDbConnection db, double guess) => new(db.All<Row>("SELECT id AS Line, seconds AS Seconds, runs AS Runs FROM lines WHERE runs > 0"), guess);

    public double Of(long line) => lines.GetValueOrDefault(line, all);

    /// <summary>Of a package the last ten or so count, of a line the last fifty: machines and packages change.</summary>
    public static void Note(IDbTransaction tx, long run, long now)
    {
        tx.Execute("""
            INSERT INTO durations (package, arch, seconds, runs)
            SELECT b.package, t.arch, max(0, @now - r.leased_at) / 1000.0, 1 FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id WHERE r.id = @run
            ON CONFLICT (package, arch) DO UPDATE SET seconds = seconds + (excluded.seconds - seconds) / min(runs + 1, 10), runs = runs + 1
            """, new { run, now });
        tx.Execute("""
            UPDATE lines SET seconds = coalesce(lines.seconds + (r.took - lines.seconds) / min(lines.runs + 1, 50), r.took), runs = lines.runs + 1
            FROM (SELECT line_id, max(0, @now - leased_at) / 1000.0 AS took FROM task_runs WHERE id = @run) r WHERE lines.id = r.line_id
            """, new { run, now });
    }
}
