using Skyline.Protocol;

namespace Skyline.Scenarios;

/// <summary>`./dev proof swarm`: it starts three nodes around this.</summary>
public sealed class SwarmProofTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static void Say(string line) => TestContext.Current.TestOutputHelper?.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss} {line}");

    [Fact(Explicit = true, Timeout = 1_800_000)]
    public async Task A_mass_rebuild_grows_a_pool_on_three_nodes_survives_the_end_of_one_and_of_the_server_and_leaves_nothing_behind()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("SKYLINE_SWARM") is { Length: > 0 }, "SKYLINE_SWARM is not set: ./dev proof swarm runs this.");
        await using var proof = await SwarmProof.Begin(Environment.GetEnvironmentVariable("SKYLINE_SWARM")!, Ct);
        await proof.Deploy(most: 3);
        string[] packages = ["hello", "lz4", "zlib"];

        var builds = new List<long>();
        foreach (var package in packages) builds.Add(await proof.Submit(package));
        foreach (var build in builds)
        {
            var built = await proof.Build(build, now => now.State is not (BuildState.Waiting or BuildState.Building or BuildState.Publishing));
            Assert.True(built.State == BuildState.Complete, $"{built.Nvr}: {built.State} {built.Why}");
            Say($"{built.Nvr} was built on {built.Tasks[0].Runs[^1].Builder}");
        }
        await proof.Until(services: 0);
        Say("The pool is empty again");

        var begun = await proof.Admin.CreateMassRebuild(new(SwarmProof.Tag, new(All: true), By: TimeProvider.System.GetUtcNow().AddSeconds(90), MostBuilders: 3), Ct);
        Say($"{begun.Late}");
        await proof.Until(services: 3);
        Say((await proof.Admin.Pool(SwarmProof.Service, Ct)).Why!);
        await proof.KillServer();
        Say("The server was killed and started again");
        (int Node, string Builder)? busy;
        while ((busy = await proof.Busy()) is null) Assert.Equal(BatchState.Running, (await proof.Admin.WaitBatch(begun.Batch.Id, (await proof.Admin.MassRebuild(begun.Batch.Id, Ct)).Batch.Revision, 1, Ct)).State);
        await proof.KillNode(busy.Value.Node);
        Say($"Node {busy.Value.Node} was killed with {busy.Value.Builder}, which was building");
        var ended = await proof.Rebuild(begun.Batch.Id, now => now.Batch.State != BatchState.Running);
        Say($"The mass rebuild is {ended.Batch.State}");
        Assert.Equal((BatchState.Complete, packages.Length), (ended.Batch.State, ended.Batch.Counts.Done));
        await proof.Until(services: 0);

        var pool = await proof.Admin.Pool(SwarmProof.Service, Ct);
        Assert.Empty(pool.Builders);
        Assert.Null(pool.Trouble);
        foreach (var member in (await proof.Admin.BatchMembers(begun.Batch.Id, Ct)).Members)
        {
            var build = await proof.Admin.Build(member.Build!.Value, Ct);
            foreach (var run in build.Tasks.SelectMany(task => task.Runs)) Say($"{build.Nvr}: {run.State} on {run.Builder} {run.Why}");
        }
    }
}
