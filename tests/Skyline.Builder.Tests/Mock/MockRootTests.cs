using Skyline.Protocol;

namespace Skyline.Builder.Tests.Mock;

/// <summary>Runs of chroots whose buildroots mock makes: it never sees the source package, which is built in a container of its own.</summary>
public sealed class MockRootTests(InMock fixture) : IClassFixture<InMock>
{
    RunningAgent Agent => fixture.Agent;

    [Fact]
    public async Task A_package_has_the_same_bytes_whether_mock_makes_the_root_or_builds_it_whole_or_has_no_part_in_it()
    {
        var srpm = Srpm.Hello("hello-same");
        var byMock = Agent.Server.Enqueue(srpm);
        var byAgent = Agent.Server.Enqueue(srpm, lease => lease with { Buildroot = lease.Buildroot with { Engine = "overlay" } });
        // (What the stand-in builds is no package.)
        var whole = MockImage.IsReal ? Agent.Server.Enqueue(srpm, Whole) : byAgent;

        foreach (var run in new[] { byMock, byAgent, whole }) await run.Succeeded();

        Assert.True(byMock.Digests().Count >= 3, "a source package, a binary one and its debuginfo");
        Assert.Equal(byAgent.Digests(), byMock.Digests());
        Assert.Equal(byAgent.Digests(), whole.Digests());
        Assert.Equal((await byAgent.Report).Lock, (await byMock.Report).Lock);
        Assert.Equal((await byAgent.Report).Lock, (await whole.Report).Lock);
        Assert.All(Agent.Server.Leases, lease => Assert.Equal(["overlay", "mock"], lease.Engines));
        Assert.Contains(Agent.Said, line => line.Contains("mock 6.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_build_has_no_capability_no_network_and_no_way_to_write_to_the_root()
    {
        var run = Agent.Server.Enqueue(Srpm.Make("mock-who", """
            grep ^Cap /proc/self/status
            echo "interfaces:" $(tail -n +3 /proc/net/dev | cut -d: -f1)
            for place in / /usr /etc /var; do touch $place/x 2>/dev/null && echo "WRITABLE $place"; done
            echo "user $(id -un), group $(id -gn)"
            """));

        await run.Succeeded();

        foreach (var set in new[] { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" }) Assert.Contains($"{set}:\t0000000000000000", run.Log, StringComparison.Ordinal);
        Assert.Contains("interfaces: lo\n", run.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("\nWRITABLE", run.Log, StringComparison.Ordinal);
        Assert.Contains("\nuser mockbuild, group mockbuild\n", run.Log, StringComparison.Ordinal);
        Assert.Equal(Leftovers.None, await Leftovers.Settled(fixture));
    }

    [Fact]
    public async Task BuildRequires_that_only_the_target_or_only_a_script_of_the_spec_knows_are_added_to_mocks_root()
    {
        var run = Agent.Server.Enqueue(Srpm.Make("mock-rounds", "rpm -q zlib-devel; test -e /usr/include/zlib.h; which bison",
            header: "%{?dist:BuildRequires: zlib-devel}", prep: "%generate_buildrequires\necho bison"));

        await run.Succeeded();

        var names = (await run.Report).Lock.Select(package => package.Nevra).ToList();
        Assert.Contains(names, name => name.StartsWith("zlib-devel-", StringComparison.Ordinal));
        Assert.Contains(names, name => name.StartsWith("bison-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task mock_is_asked_once_for_a_root_and_adds_to_it_what_another_package_needs()
    {
        await using var agent = await RunningAgent.Start("docker", options => options with { MockImage = fixture.Agent.Options.MockImage });
        agent.Server.Always = Agent.Server.Always;
        foreach (var name in new[] { "mock-first", "mock-again" }) await agent.Server.Enqueue(Srpm.Make(name, "true", header: "BuildRequires: bison")).Succeeded();

        var made = agent.Said.Where(line => line.Contains("Making buildroot", StringComparison.Ordinal)).ToList();

        Assert.Equal(2, made.Count);
        Assert.Contains(" over ", made[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("testos-other", "mock made another buildroot of chroot testos-other than it was told to: it lacks ")]
    [InlineData("testos-unmountable", "The buildroot of chroot testos-unmountable cannot be made by mock: mock cannot mount: the container lacks CAP_SYS_ADMIN. ERROR: Command failed: mount")]
    [InlineData("testos-unheard", "The buildroot of chroot testos-unheard cannot be made by mock: mock does not understand its command line.")]
    public async Task A_root_that_mock_does_not_make_as_it_was_told_to_is_the_builders_fault(string chroot, string why)
    {
        MockImage.StandInOnly("A real mock does not fail so when it is told to");
        var run = Agent.Server.Enqueue(Srpm.Make("mock-" + chroot, "true"), lease => lease with { Buildroot = lease.Buildroot with { Chroot = chroot } });

        var report = await run.Report;

        Assert.Equal(RunOutcome.Lost, report.Outcome);
        Assert.StartsWith(why, report.Why);
        Assert.Equal(Leftovers.None, await Leftovers.Settled(fixture));
    }

    [Fact]
    public async Task A_builder_without_mock_says_so_and_the_run_is_lost()
    {
        await using var agent = await RunningAgent.Start("docker");
        foreach (var with in new Func<LeasedRun, LeasedRun>[] { lease => Agent.Server.Always!(lease), lease => Whole(Agent.Server.Always!(lease)) })
        {
            var run = agent.Server.Enqueue(Srpm.Hello("hello-none"), with);

            var report = await run.Report;

            Assert.Equal((RunOutcome.Lost, "Chroot testos-1 is mock's, and this builder has no mock (--mock-image)."), (report.Outcome, report.Why));
        }
    }

    [Fact]
    public async Task A_builder_whose_image_is_not_there_does_not_start_and_says_why()
    {
        Assert.NotNull(Agent);
        await using var server = await FakeServer.Start();
        var options = RunningAgent.OptionsFor(server, "docker", RunningAgent.NewData()) with { MockImage = "localhost/no-such-mock:7" };

        var broke = await Assert.ThrowsAsync<BuilderBrokeException>(() => Builder.Agent.Run(options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, TestContext.Current.CancellationToken));

        Assert.Equal("--mock-image localhost/no-such-mock:7: the container engine has no such image; build it from packaging/containers/mock.Containerfile, or pull it.", broke.Message);
    }

    static LeasedRun Whole(LeasedRun lease) => lease with { Buildroot = lease.Buildroot with { Mock = "whole" } };
}
