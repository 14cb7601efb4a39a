using System.Collections.Concurrent;
using System.Globalization;
using Skyline.Testing;

namespace Skyline.Scenarios;

/// <summary>
/// SIGKILL of the server, again and again (SKYLINE_KILLS says how often), at random points of imports, publishing, tagging, key rotation, retention, garbage collection and
/// exports, all at once and over the same data. After every one everything is digested and held against everything.
/// </summary>
public sealed class RepositoryKilledTests
{
    const int Lanes = 2;

    /// <summary>Each costs a start of the server, a few seconds on a busy machine.</summary>
    static readonly int kills = Environment.GetEnvironmentVariable("SKYLINE_KILLS") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : 40;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 900_000)]
    public async Task Killed_again_and_again_at_random_points_no_package_is_lost_and_every_repository_is_whole()
    {
        var seed = Environment.GetEnvironmentVariable("SKYLINE_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        var told = new ConcurrentQueue<string>();
        told.Enqueue($"SKYLINE_SEED={seed} takes the same decisions again.");
        try
        {
            // Two servers, each with data of its own from its first kill to its last: a machine has two cores at least.
            var did = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Lane(seed + lane, told)));
            // Of each kind some were answered before a kill.
            Assert.All(KilledSite.Kinds, what => Assert.True(did.Sum(lane => lane.GetValueOrDefault(what)) > 0, $"There was no '{what}'."));
        }
        finally
        {
            foreach (var line in told) TestContext.Current.TestOutputHelper!.WriteLine(line);
        }
    }

    static async Task<IReadOnlyDictionary<string, int>> Lane(int seed, ConcurrentQueue<string> told)
    {
        await using var site = await KilledSite.Start(seed, Ct);
        for (var kill = 1; kill <= kills / Lanes; kill++)
        {
            try
            {
                await site.WorkUntilKilled(all: kill % 10 == 1);
                await site.StartAgain();
                await site.IsWhole();
                if (kill % 10 == 0) await site.DnfTakesIt();
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                throw new InvalidOperationException($"After kill {kill} of the server with seed {seed}: {fault.Message}\n{site.Story}", fault);
            }
        }
        await site.EndsWell();
        told.Enqueue($"seed {seed}: {site.Story}");
        return site.Did;
    }
}
