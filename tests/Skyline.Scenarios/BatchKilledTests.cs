using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Scenarios;

/// <summary>SIGKILL of the server while a chain goes on, at random points: every member is built once, and after all that it needs.</summary>
public sealed class BatchKilledTests
{
    const int Links = 6, Wide = 2, Kills = 4;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Killed_in_mid_wave_every_member_is_built_once_and_after_what_it_needs()
    {
        var seed = Environment.GetEnvironmentVariable("SKYLINE_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"SKYLINE_SEED={seed} takes the same decisions again.");
        var (random, folder) = (new Random(seed), Directory.CreateTempSubdirectory("skyline-waves-").FullName);
        var settings = new Dictionary<string, string> { ["Skyline__PinChrootRepos"] = "false", ["Logging__LogLevel__Default"] = "Error", ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information" };
        await using (var server = new ServerProcess(Path.Combine(folder, "server"), settings))
        {
            await server.Start();
            var batch = await StartChain(server);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var builder = BuildUntil(server, over.Token);
            for (var kill = 1; kill <= Kills; kill++)
            {
                await Until(server, batch, now => now.State != BatchState.Running || now.Counts.Done >= kill * 2);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(120)), TimeProvider.System, Ct);
                await server.Kill();
                await server.Start();
            }
            var ended = await Until(server, batch, now => now.State != BatchState.Running);
            await over.CancelAsync();
            await builder;

            Assert.Equal((BatchState.Complete, Links * Wide), (ended.State, ended.Counts.Done));
            await IsInOrder(server, batch);
        }
        Directory.Delete(folder, recursive: true);
    }

    static async Task<long> StartChain(ServerProcess server)
    {
        var links = new List<IReadOnlyList<string>>();
        for (var link = 0; link < Links; link++)
        {
            var sent = new List<string>();
            for (var wide = 0; wide < Wide; wide++)
            {
                var srpm = Source($"w{link}m{wide}");
                sent.Add((await server.Admin().SendSource(new MemoryStream(srpm), Sha256(srpm), $"w{link}m{wide}-1.0-1.src.rpm", 0, Ct)).Sha256);
            }
            links.Add(sent);
        }
        return (await server.Admin().StartChain(new("testos", links), Ct)).Id;
    }

    /// <summary>A builder that builds nothing, and that a server which is away does not trouble.</summary>
    static async Task BuildUntil(ServerProcess server, CancellationToken over)
    {
        var builder = new BuilderContract(server.Http(server.BuilderTokenFile));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var question = 0; ; question++)
        {
            var run = await AsOften(() => builder.Lease(new(["x86_64"], "0.1.0", "paper", 20, ["overlay"], Question: $"question-{question}"), over));
            if (over.IsCancellationRequested) return;
            if (run is null) continue;
            var name = run.Nvr[..run.Nvr.IndexOf('-', StringComparison.Ordinal)];
            byte[][] files = [Source(name), new SyntheticRpm(name, "1.0", "1") { SourceRpm = $"{name}-1.0-1.src.rpm", Files = [new($"/usr/share/{name}/words", "words\n"u8.ToArray())] }.Build()];
            var results = new List<ResultFile>();
            foreach (var (file, fileName) in files.Zip((string[])[$"{name}-1.0-1.src.rpm", $"{name}-1.0-1.x86_64.rpm"]))
                if (await AsOften(async () => (ResultFile?)await builder.PutFile(run.RunId, fileName, new MemoryStream(file), Sha256(file), over)) is { } put) results.Add(put);
            await AsOften(async () =>
            {
                await builder.Report(run.RunId, new(RunOutcome.Succeeded, null, [], results, [], [new("bash-5.2-1.x86_64", new string('b', 64), "testos")]), over);
                return (string?)"";
            });
        }

        async Task<T?> AsOften<T>(Func<Task<T?>> act) where T : class
        {
            while (!over.IsCancellationRequested)
            {
                try
                {
                    return await act();
                }
                catch (Exception away) when (away is HttpRequestException or IOException or SocketException or OperationCanceledException)
                {
                    if (over.IsCancellationRequested) return null;
                    await tick.WaitForNextTickAsync(CancellationToken.None);
                }
            }
            return null;
        }
    }

    static async Task<BatchDetails> Until(ServerProcess server, long id, Func<BatchDetails, bool> wanted)
    {
        var batch = await server.Admin().Batch(id, Ct);
        while (!wanted(batch)) batch = await server.Admin().WaitBatch(id, batch.Revision, 30, Ct);
        return batch;
    }

    static async Task IsInOrder(ServerProcess server, long batch)
    {
        var members = (await server.Admin().BatchMembers(batch, Ct)).Members;
        Assert.All(members, member => Assert.Equal((1, Wide * Math.Min(1, member.Wave - 1)), (member.Tries, member.Needs.Count)));
        var all = (await server.Admin().Builds(Ct, limit: 200)).Builds;
        Assert.Equal(Links * Wide, all.Count);
        var builds = all.ToDictionary(build => build.Id);
        var byPackage = members.ToDictionary(member => member.Package, member => builds[member.Build!.Value]);
        Assert.All(members, member => Assert.All(member.Needs, need => Assert.True(byPackage[need].EndedAt <= byPackage[member.Package].SubmittedAt, $"{member.Package} was queued before {need} was published.")));
    }

    static byte[] Source(string name) => new SyntheticRpm(name, "1.0", "1")
    {
        IsSource = true, Compressor = "none", Files = [new($"{name}.spec", "Name: x\n"u8.ToArray(), Flags: PackageFileFlags.Spec)],
        Header = header => header.Texts(RpmTag.ExclusiveArch, ["x86_64"]),
    }.Build();

    static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
