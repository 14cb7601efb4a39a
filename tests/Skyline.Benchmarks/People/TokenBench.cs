using System.Diagnostics;
using Skyline.Server.People;
using Skyline.Server.Storage;
using Skyline.Testing.Rpms;

namespace Skyline.Benchmarks.People;

/// <summary>Whose a token is, of 10,000: as every request asks, with the answer at hand and when it must be looked up; and what of that is written.</summary>
static class TokenBench
{
    const int Tokens = 10_000, Checks = 200_000;

    public static IEnumerable<BenchResult> Run()
    {
        using var temp = new TempFolder();
        using var database = Database.Open(temp["skyline.db"]);
        var tokens = Enumerable.Range(0, Tokens).Select(_ => Token.New()).ToArray();
        database.Write(tx => Fill(tx, tokens)).Wait();
        var callers = new KnownCallers(database, TimeProvider.System, new());
        foreach (var token in tokens) callers.Find(token);
        var before = database.Commits;

        var anew = Measured(tokens, Tokens, token => { callers.ForgetAll(); return callers.Find(token); });
        var known = Measured(tokens[..100], Checks, callers.Find);
        yield return BenchResult.AtMost($"a token of {Tokens}, looked up in the database, median", anew.Median, "µs", 50);
        yield return BenchResult.Beside("the same, 99 of 100 within", anew.Slow, "µs");
        yield return BenchResult.AtMost("a token that was shown within five seconds, median", known.Median, "µs", 50);
        yield return BenchResult.Beside("the same, 99 of 100 within", known.Slow, "µs");
        yield return BenchResult.AtMost($"commits that {Checks + Tokens} checks made", database.Commits - before, "", 0);
    }

    static void Fill(System.Data.IDbTransaction tx, string[] tokens)
    {
        for (var n = 0; n < tokens.Length; n++)
        {
            if (n % 10 == 0) tx.Execute("INSERT INTO users (id, name, created_at) VALUES (@id, @name, 0)", new { id = n / 10 + 1, name = $"person-{n / 10}" });
            tx.Execute("INSERT INTO tokens (sha256, user_id, name, scopes, created_at) VALUES (@hash, @id, @name, 'read build', 0)", new { hash = Token.Hash(tokens[n]), id = n / 10 + 1, name = $"token-{n}" });
        }
    }

    static (double Median, double Slow) Measured(string[] tokens, int times, Func<string, object?> find)
    {
        var taken = new double[times];
        for (var n = 0; n < times; n++)
        {
            var token = tokens[n * 7919 % tokens.Length];
            var start = Stopwatch.GetTimestamp();
            if (find(token) is null) throw new InvalidOperationException("A token was not found.");
            taken[n] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }
        Array.Sort(taken);
        return (taken[times / 2], taken[times * 99 / 100]);
    }
}
