using System.Diagnostics;
using Skyline.Server.Audit;
using Skyline.Server.Storage;
using Skyline.Testing.Rpms;

namespace Skyline.Benchmarks.People;

/// <summary>What it costs that a change is noted: the same write with and without a note, and a log of 100,000 entries verified.</summary>
static class AuditBench
{
    const int Writes = 3000, Entries = 100_000;

    public static IEnumerable<BenchResult> Run()
    {
        using var temp = new TempFolder();
        using var database = Database.Open(temp["skyline.db"], flush: () => { });
        database.Write(tx => tx.Execute("INSERT INTO users (id, name, created_at) VALUES (1, 'ann', 0)")).Wait();
        // (By turns, so that what else the machine does falls on both.)
        var (without, with) = (new double[Writes], new double[Writes]);
        for (var n = 0; n < Writes; n++)
        {
            without[n] = Measured(database, n, false);
            with[n] = Measured(database, n, true);
        }
        Array.Sort(without);
        Array.Sort(with);
        yield return BenchResult.Beside("a write of one row, median", without[Writes / 2], "µs");
        yield return BenchResult.AtMost("what its note in the audit log adds, median", with[Writes / 2] - without[Writes / 2], "µs", 500);
        yield return BenchResult.Beside("a write with its note, 99 of 100 within", with[Writes * 99 / 100], "µs");
        for (var n = 0; n < Entries; n += 1000) database.Write(tx => { for (var i = 0; i < 1000; i++) tx.Note("changed", $"tag {i}", new { Description = "before" }, new { Description = "after" }); }).Wait();
        var start = Stopwatch.GetTimestamp();
        if (ReadAudit.Verify(database, null).Fault is { } fault) throw new InvalidOperationException(fault);
        yield return BenchResult.AtMost($"{Entries + Writes} entries verified", Stopwatch.GetElapsedTime(start).TotalSeconds, "s", 10);
    }

    static double Measured(Database database, int n, bool noted)
    {
        var start = Stopwatch.GetTimestamp();
        database.Write(tx =>
        {
            tx.Execute("UPDATE users SET created_at = @n WHERE id = 1", new { n });
            if (noted) tx.Note("changed", "person ann", new { Role = "packager", Disabled = false }, new { Role = "release-engineer", Disabled = false }, 1);
        }).Wait();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
