using Skyline.Protocol;

namespace Skyline.Builder.Tests;

public sealed class BuildsInVirtualMachines(InKvm agent) : BuildScenarios(agent), IClassFixture<InKvm>;

public sealed class StopsInVirtualMachines(InKvm agent) : StopScenarios(agent), IClassFixture<InKvm>;

/// <summary>
/// Whole builds in virtual machines that are emulated: those take a program ten times as long and no processor that can virtualise,
/// so there are few.
/// </summary>
public sealed class VmBuildTests(BesideEmulation fixture) : IClassFixture<BesideEmulation>
{
    static LeasedRun InVm(LeasedRun lease) => lease with { Buildroot = lease.Buildroot with { Isolation = "vm" }, Limits = TestOs.Limits with { WallSeconds = 600, SilenceSeconds = 300 } };

    [Fact]
    public async Task Chroot_that_asks_for_a_virtual_machine_is_built_in_one_and_gives_the_same_bytes()
    {
        var server = fixture.Agent.Server;
        var srpm = Srpm.Hello("same-in-vm", """
            echo "kernel=$(uname -r)"
            echo "uid=$(id -u) gid=$(id -g) groups=$(id -G) host=$(uname -n) home=$HOME umask=$(umask) pwd=$PWD"
            grep -E '^(Cap|NoNewPrivs)' /proc/self/status
            echo "interfaces:" $(tail -n +3 /proc/net/dev | cut -d: -f1)
            for place in / /usr /etc /var; do if touch $place/x 2>/dev/null; then echo "WRITABLE $place"; fi; done
            if unshare --user true 2>/dev/null; then echo "NAMESPACES"; fi
            """);

        var (one, other) = (server.Enqueue(srpm), server.Enqueue(srpm, InVm));
        await one.Succeeded();
        await other.Succeeded();

        Assert.Equal(one.Digests(), other.Digests());
        Assert.True(one.Digests().Count >= 3, "a source package, a binary one and its debuginfo");
        Assert.Contains("isolated by vm", other.Log, StringComparison.Ordinal);
        var own = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        Assert.Contains($"\nkernel={own}\n", one.Log, StringComparison.Ordinal);
        Assert.DoesNotContain($"\nkernel={own}\n", other.Log, StringComparison.Ordinal);
        Assert.Contains("uid=1000 gid=1000 groups=1000 host=skyline home=/builddir umask=0022 pwd=/builddir/build/BUILD", other.Log, StringComparison.Ordinal);
        foreach (var set in new[] { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" }) Assert.Contains($"{set}:\t0000000000000000", other.Log, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", other.Log, StringComparison.Ordinal);
        Assert.Contains("interfaces: lo\n", other.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("\nWRITABLE", other.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("\nNAMESPACES", other.Log, StringComparison.Ordinal);
        Assert.Equal(Leftovers.None, await Leftovers.Settled(fixture));
        Assert.All(server.Leases, lease => Assert.Equal(["overlay", "overlay+vm"], lease.Engines));
    }

    [Fact]
    public async Task Killed_agents_virtual_machine_goes_with_it_and_is_swept_after_by_a_next_life_that_has_none()
    {
        _ = fixture.Agent;
        await using var server = await FakeServer.Start();
        var data = RunningAgent.NewData();
        using (var first = new AgentProcess(server, "bubblewrap", data, "env", "SKYLINE_BUILDER_VM=emulated", $"SKYLINE_BUILDER_VM_KERNEL={VirtualMachines.Kernel ?? "/"}"))
        {
            await server.Asked.WaitAsync(TimeSpan.FromSeconds(200));
            await server.Enqueue(Srpm.Make("killed-in-vm", "sleep 1000"), InVm).LogHas("isolated by vm");
            // qemu, as soon as there is one: what is in the machine does not matter here.
            await Patience.Until(() => Leftovers.ProcessesOf(Leftovers.UserOf(data)), count => count > 0);
            await first.Kill();
        }
        Assert.NotEqual(Leftovers.None, await Leftovers.Of(data, "bubblewrap"));

        await using var second = await RunningAgent.Start("bubblewrap", data);

        Assert.Equal(Leftovers.None, await Leftovers.Of(data, "bubblewrap"));
    }

    [Fact]
    public async Task Agent_whose_virtual_machines_do_not_start_says_why_and_works_without()
    {
        await using var agent = await RunningAgent.Start("bubblewrap", options => options with { Vm = "emulated", VmKernel = "/nowhere" });

        var report = await agent.Server.Enqueue(Srpm.Make("asks-in-vain", "true"), InVm).Report;
        await agent.Server.Enqueue(Srpm.Make("asks-for-nothing", "true")).Succeeded();

        Assert.Contains(agent.Said, line => line.StartsWith("Warning: Builds cannot be isolated by virtual machines here: ", StringComparison.Ordinal));
        Assert.Equal((RunOutcome.Lost, "Chroot testos-1 asks for isolation by vm, which this builder has not (--vm)."), (report.Outcome, report.Why));
        Assert.All(agent.Server.Leases, lease => Assert.Equal(["overlay"], lease.Engines));
    }

    [Fact]
    public async Task Agent_that_is_to_use_virtual_machines_alone_does_not_start_without()
    {
        await using var server = await FakeServer.Start();
        using var agent = new AgentProcess(server, "vm", RunningAgent.NewData(), "env", "SKYLINE_BUILDER_VM_KERNEL=/nowhere");

        Assert.Equal(1, await agent.Exit());

        Assert.StartsWith("skyline-builder: Builds cannot be isolated by virtual machines here: ", await agent.Errors, StringComparison.Ordinal);
    }
}
