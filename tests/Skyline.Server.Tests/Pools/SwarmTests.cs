using System.Text.Json.Nodes;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.MassRebuilds;
using Skyline.Server.Tests.Tags;
using Skyline.Testing;

namespace Skyline.Server.Tests.Pools;

/// <summary>A pool on a real Swarm of one node. Its tasks do nothing; the test is what the agents in them would be. `./dev proof swarm` has three nodes and real agents.</summary>
public sealed class SwarmTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>All that a stack may say of a service and that a client could lose.</summary>
    const string Mould = """
        { "Name": "farm", "Labels": { "com.example": "kept" }, "Mode": { "Replicated": { "Replicas": 0 } },
          "TaskTemplate": {
            "ContainerSpec": { "Image": "skyline/idle:1", "Args": ["sleep", "3600"], "Env": ["SKYLINE_BUILDER_SERVER=http://x", "SKYLINE_BUILDER_SLOTS=9"], "Init": true, "Labels": { "a": "b" }, "StopGracePeriod": 1000000000,
              "Mounts": [{ "Type": "volume", "Target": "/data", "VolumeOptions": { "Labels": { "c": "d" } } }, { "Type": "bind", "Source": "/tmp", "Target": "/host", "ReadOnly": true, "BindOptions": { "Propagation": "rslave" } }],
              "CapabilityAdd": ["CAP_SYS_ADMIN"], "Ulimits": [{ "Name": "nofile", "Soft": 1024, "Hard": 2048 }], "Hosts": ["10.0.0.1 mirror"], "Sysctls": { "kernel.msgmax": "65536" }, "TTY": true, "Dir": "/tmp", "Hostname": "{{.Task.Name}}" },
            "Resources": { "Limits": { "MemoryBytes": 268435456, "NanoCPUs": 1000000000, "Pids": 64 }, "Reservations": { "MemoryBytes": 8388608 } },
            "RestartPolicy": { "Condition": "on-failure", "Delay": 2000000000, "MaxAttempts": 0 }, "Placement": { "Constraints": ["node.role==manager"], "MaxReplicas": 2, "Preferences": [{ "Spread": { "SpreadDescriptor": "node.labels.rack" } }] },
            "LogDriver": { "Name": "json-file", "Options": { "max-size": "1m" } }, "Networks": [{ "Target": "host" }] } }
        """;

    static async Task<JsonNode> TaskOf(OwnSwarm swarm, string service)
    {
        var task = (await swarm.Get($"services/{service}", Ct))["Spec"]!["TaskTemplate"]!;
        task["ContainerSpec"]!.AsObject().Remove("Env", out _);
        return task;
    }

    static bool AreFarm(IReadOnlyList<string> services, params int[] numbers) => services.SequenceEqual(numbers.Select(number => $"farm-{number}").Prepend("farm"));

    [Fact(Timeout = 180_000)]
    public async Task A_mass_rebuild_grows_a_pool_and_it_shrinks_after_it_and_whoever_builds_finishes_first()
    {
        Assert.SkipWhen(OwnSwarm.WhyNot is not null, OwnSwarm.WhyNot ?? "");
        await using var swarm = await OwnSwarm.Start(Ct);
        await using var site = await Site.Open(null, null, $"--Skyline:Swarm:Host={swarm.Socket}");
        foreach (var name in new[] { "a", "b", "c", "d", "e" }) await site.Import($"{name}: | |");
        await site.UpToDate("paper");
        await swarm.Create(JsonNode.Parse(Mould)!, Ct);
        var pool = await site.Admin.CreatePool(new("farm", Most: 3, Service: "farm", IdleSeconds: 1), Ct);

        var rebuild = await site.Admin.CreateMassRebuild(RebuildSite.Everything() with { By = site.Part<TimeProvider>().GetUtcNow().AddSeconds(30) }, Ct);
        await swarm.Until(services => AreFarm(services, 1, 2, 3), Ct);
        var env = (await swarm.Get("services/farm-2", Ct))["Spec"]!["TaskTemplate"]!["ContainerSpec"]!["Env"]!.AsArray().Select(one => (string)one!).ToList();
        var (mould, made) = (await TaskOf(swarm, "farm"), await TaskOf(swarm, "farm-2"));
        var agents = new List<PaperBuilder>();
        foreach (var number in Enumerable.Range(1, 3)) agents.Add(new(new(site.Http((await new BuilderContract(site.Http()).Join(new(pool.Token, $"farm-{number}"), Ct)).Token))));
        var slow = await agents[0].Lease();
        for (var i = 0; i < 4; i++)
        {
            var run = await agents[1 + i % 2].Lease();
            await agents[1 + i % 2].Deliver(run, RebuildSite.Rebuilt(run));
        }
        var shrunk = await swarm.Until(services => services.Count == 2, Ct);
        await agents[0].Contract.Beat(slow.RunId, RunPhase.Rpmbuild, Ct);
        await site.Admin.EditPool("farm", new(Most: 0), Ct);
        PoolDetails drained;
        do
        {
            var bell = site.Part<Bells>().Next(Bells.Work);
            drained = await site.Admin.Pool("farm", Ct);
            if (drained.Leaving.Count == 0) await bell.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        }
        while (drained.Leaving.Count == 0);
        var leaving = await agents[0].TryLease();
        var still = await swarm.Services(Ct);
        await agents[0].Deliver(slow, RebuildSite.Rebuilt(slow));
        await swarm.Until(services => AreFarm(services), Ct);
        var ended = await site.UntilRebuild(rebuild.Batch.Id, now => now.Batch.State != BatchState.Running);

        Assert.Equal(["SKYLINE_BUILDER_SERVER=http://x", "SKYLINE_BUILDER_NAME=farm-2", "SKYLINE_BUILDER_SLOTS=1"], env);
        Assert.True(JsonNode.DeepEquals(mould, made), $"{mould}\n{made}");
        Assert.Equal(["farm", "farm-1"], shrunk);
        Assert.Null(leaving);
        Assert.Equal(["farm-1"], drained.Leaving);
        Assert.Equal(["farm", "farm-1"], still);
        Assert.Equal((BatchState.Complete, 5), (ended.Batch.State, ended.Batch.Counts.Done));
        Assert.Empty((await site.Admin.Pool("farm", Ct)).Builders);
        foreach (var member in (await site.Admin.BatchMembers(rebuild.Batch.Id, Ct)).Members) Assert.Single(Assert.Single((await site.Admin.Build(member.Build!.Value, Ct)).Tasks).Runs);
    }
}
