using Skyline.Protocol;

namespace Skyline.Builder.Tests.Mock;

/// <summary>A whole run of a chroot whose engine is mock, from its lease to its report.</summary>
public sealed class MockAgentTests(MockImage image) : IClassFixture<MockImage>
{
    [Fact]
    public async Task A_run_of_mocks_chroot_is_given_exactly_its_lock_and_hands_over_what_mock_left()
    {
        Assert.SkipWhen(await DockerEngine.Missing() is not null, await DockerEngine.Missing() ?? "");
        await using var agent = await RunningAgent.Start("docker", options => options with { MockImage = image.Name });
        var run = agent.Server.Enqueue(Srpm.Hello("hello-mock"), lease => ByMock(lease) with { Options = new(["tls"], [], new Dictionary<string, string>(), NoCheck: true, []) });

        var report = await run.Report;

        Assert.True(report.Outcome == RunOutcome.Succeeded, report.Why + run.Log);
        Assert.Equal(["hello-mock-1.0-3.src.rpm", "hello-mock-1.0-3.x86_64.rpm"], report.Files.Select(file => file.FileName).Order(StringComparer.Ordinal));
        // (The stand-in lists what it was given.)
        var given = run.Log.Split('\n').Where(line => line.StartsWith("given: ", StringComparison.Ordinal)).Select(line => line["given: ".Length..]);
        Assert.Equal(report.Lock.Select(package => package.Nevra + ".rpm").Order(StringComparer.Ordinal), given.Order(StringComparer.Ordinal));
        Assert.True(report.Lock.Count > 50, "TestOS's build group");
        Assert.Contains("config_opts['macros']['%_with_tls'] = '--with-tls'\nwithout %check\n", run.Log, StringComparison.Ordinal);
        Assert.All(agent.Server.Leases, lease => Assert.Equal(["overlay", "mock"], lease.Engines));
    }

    [Fact]
    public async Task A_builder_without_mock_says_so_and_the_run_is_lost()
    {
        Assert.SkipWhen(await DockerEngine.Missing() is not null, await DockerEngine.Missing() ?? "");
        await using var agent = await RunningAgent.Start("docker");
        var run = agent.Server.Enqueue(Srpm.Hello("hello-none"), ByMock);

        var report = await run.Report;

        Assert.Equal((RunOutcome.Lost, "Chroot testos-1 is mock's, and this builder has no mock (--mock-image)."), (report.Outcome, report.Why));
    }

    static LeasedRun ByMock(LeasedRun lease) => lease with { Buildroot = lease.Buildroot with { Engine = "mock" } };
}
