using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Storage;
using Skyline.Testing;

namespace Skyline.Server.Tests.Tasks;

/// <summary>SIGKILL of the server while builders lease and report as fast as it answers: many share a commit, and nothing that was answered is lost.</summary>
public sealed class LeasesKilledTests
{
    const int Builds = 600, Slots = 8, Enough = 120;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task Killed_under_load_it_has_kept_every_lease_and_every_report_that_it_answered()
    {
        var folder = Directory.CreateTempSubdirectory("skyline-scenario-").FullName;
        await using var server = new ServerProcess(folder, new Dictionary<string, string> { ["Skyline__PinChrootRepos"] = "false" });
        await server.Start();
        await server.Process.Terminate(Ct);
        await Queue();
        await server.Start();
        var (leased, reported, killed) = (new HashSet<long>(), new HashSet<long>(), new TaskCompletionSource());
        var builder = new BuilderContract(server.Http(server.BuilderTokenFile));

        var slots = Enumerable.Range(0, Slots).Select(_ => Task.Run(Work, Ct)).ToList();
        await killed.Task.WaitAsync(Ct);
        await server.Kill();
        await Task.WhenAll(slots);

        using (var database = Database.Open(Path.Combine(folder, "skyline.db")))
        {
            var kept = database.Read(db => db.All<Kept>("SELECT r.id AS Id, r.state AS State, r.builder_id AS Builder, b.state AS Build FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id")).ToDictionary(run => run.Id);
            Assert.True(reported.Count >= Enough);
            Assert.All(reported, run => Assert.Equal(("Failed", "Failed"), (kept[run].State, kept[run].Build)));
            Assert.All(leased.Except(reported), run => Assert.True(kept[run].State is "Running" or "Failed" && kept[run].Builder is not null));
            // What was kept and not answered is at most what was under way.
            Assert.InRange(kept.Values.Count(run => run.State != "Waiting"), leased.Count, leased.Count + Slots);
        }
        await server.Start();
        Assert.NotNull(await new BuilderContract(server.Http(server.BuilderTokenFile)).Lease(new LeaseRequest(["x86_64"], "0.1.0", "paper", 10), Ct));
        await server.Kill();
        Directory.Delete(folder, recursive: true);

        async Task Work()
        {
            try
            {
                while (await builder.Lease(new LeaseRequest(["x86_64"], "0.1.0", "paper", 5), Ct) is { } run)
                {
                    lock (leased) leased.Add(run.RunId);
                    await builder.Report(run.RunId, new(RunOutcome.Failed, "no", [], [], [], []), Ct);
                    lock (leased)
                    {
                        reported.Add(run.RunId);
                        if (reported.Count == Enough) killed.TrySetResult();
                    }
                }
            }
            catch (HttpRequestException)
            {
                // It has been killed.
            }
        }

        async Task Queue()
        {
            using var database = Database.Open(Path.Combine(folder, "skyline.db"));
            await database.Write(tx =>
            {
                var target = tx.One<long>("SELECT id FROM targets");
                for (var n = 0; n < Builds; n++)
                    QueueBuild.Put(tx, new(new($"p{n}-1-1", $"p{n}-1-1.src.rpm", new string('0', 64), 1), target, "testos", true, 1, null), [new("x86_64", ["x86_64"])], 1);
            }, Ct);
        }
    }

    sealed record Kept
    {
        public long Id { get; init; }
        public required string State { get; init; }
        public long? Builder { get; init; }
        public required string Build { get; init; }
    }
}
