using Skyline.Protocol;

namespace Skyline.Builder.Tests.Mock;

/// <summary>What is tried with Docker Engine elsewhere, with Podman: it speaks the same API, not always with the same words.</summary>
public sealed class PodmanTests : IAsyncLifetime
{
    PodmanEngine podman = null!;
    MockImage image = null!;
    RunningAgent agent = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PodmanEngine.Missing() is not null, PodmanEngine.Missing() ?? "");
        podman = await PodmanEngine.Start();
        image = MockImage.At(podman.Host);
        var name = await image.Name();
        agent = await RunningAgent.Start("docker", options => options with { DockerHost = podman.Host, MockImage = name });
    }

    public async ValueTask DisposeAsync()
    {
        if (podman is null) return;
        if (agent is not null) await agent.DisposeAsync();
        await image.DisposeAsync();
        await podman.DisposeAsync();
    }

    [Fact]
    public async Task A_build_has_the_same_bytes_by_the_agents_engine_and_by_mock_and_no_container_is_left()
    {
        var srpm = Srpm.Hello("hello-podman");
        var (byAgent, byMock) = (agent.Server.Enqueue(srpm), agent.Server.Enqueue(srpm, ByMock));
        var whole = agent.Server.Enqueue(srpm, lease => ByMock(lease) with { Buildroot = ByMock(lease).Buildroot with { Mock = "whole" } });
        var broken = agent.Server.Enqueue(Srpm.Make("broken", "echo 'int main(void){ return undeclared; }' >b.c\ngcc b.c"));
        var eats = agent.Server.Enqueue(Srpm.Make("eats", "set +x; all=x; while :; do all=$all$all; done"), lease => lease with { Limits = lease.Limits with { MemoryBytes = 256 << 20 } });

        foreach (var run in new[] { byAgent, byMock, whole }) await run.Succeeded();

        Assert.Equal(byAgent.Digests(), byMock.Digests());
        Assert.Equal((await byAgent.Report).Lock, (await whole.Report).Lock);
        Assert.Equal((RunOutcome.Failed, "%build failed: b.c:1:24: error: 'undeclared' undeclared (first use in this function)"), ((await broken.Report).Outcome, (await broken.Report).Why));
        Assert.Equal((RunOutcome.Failed, Breach.Memory(256 << 20).Sentence), ((await eats.Report).Outcome, (await eats.Report).Why));
        await agent.Stop();
        Assert.Equal(0, await podman.Containers());
    }

    static LeasedRun ByMock(LeasedRun lease) => lease with { Buildroot = lease.Buildroot with { Engine = "mock" } };
}
