using Skyline.Protocol;

namespace Skyline.Builder.Tests;

public sealed class BuildsInVirtualMachines(InKvm agent) : BuildScenarios(agent), IClassFixture<InKvm>;

public sealed class StopsInVirtualMachines(InKvm agent) : StopScenarios(agent), IClassFixture<InKvm>;

/// <summary>What is a virtual machine's own, in one that is emulated: that takes a program ten times as long, and needs no processor that can virtualise.</summary>
public sealed class VmBuildTests(InEmulation fixture) : IClassFixture<InEmulation>
{
    FakeServer Server => fixture.Agent.Server;

    static LeasedRun Patient(LeasedRun lease) => lease with { Limits = TestOs.Limits with { WallSeconds = 600, SilenceSeconds = 300 } };

    [Fact]
    public async Task Build_in_a_virtual_machine_gives_the_same_bytes_as_in_a_bubblewrap()
    {
        var srpm = Srpm.Hello("same-in-vm", "uname -nr; id -u; pwd");
        await using var inBubblewrap = await RunningAgent.Start("bubblewrap");

        var (one, other) = (inBubblewrap.Server.Enqueue(srpm), Server.Enqueue(srpm, Patient));
        await one.Succeeded();
        await other.Succeeded();

        Assert.Equal(one.Digests(), other.Digests());
        Assert.DoesNotContain(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), other.Log, StringComparison.Ordinal);
        Assert.Equal(Leftovers.None, await Leftovers.Settled(fixture));
    }
}
