using System.Security.Cryptography;
using Skyline.Protocol;

namespace Skyline.Builder.Tests;

public sealed class BuildsInBubblewrap(InBubblewrap agent) : BuildScenarios(agent), IClassFixture<InBubblewrap>;

public sealed class BuildsInDocker(InDocker agent) : BuildScenarios(agent), IClassFixture<InDocker>;

/// <summary>What a build is, whoever isolates it.</summary>
public abstract class BuildScenarios(AgentFixture fixture)
{
    FakeServer Server => fixture.Server;

    [Fact]
    public async Task Hello_is_built_and_its_packages_are_handed_over()
    {
        var run = Server.Enqueue(Srpm.Hello());

        var report = await run.Report;

        Assert.True(report.Outcome == RunOutcome.Succeeded, report.Why + run.Log);
        var names = report.Files.Select(file => file.FileName).ToList();
        Assert.Contains("hello-test-1.0-3.tos1.src.rpm", names);
        Assert.Contains("hello-test-1.0-3.tos1.x86_64.rpm", names);
        Assert.All(report.Files, file => Assert.Equal(file.Sha256, Convert.ToHexStringLower(SHA256.HashData(run.Files[file.FileName]))));
        Assert.Contains(report.Lock, package => package.Nevra.StartsWith("gcc-", StringComparison.Ordinal) && package.Repo == "testos" && package.Sha256.Length == 64);
        Assert.Equal(new[] { RunPhase.Fetch, RunPhase.Resolve, RunPhase.Buildroot, RunPhase.Rpmbuild, RunPhase.Upload }, report.Phases.Select(phase => phase.Phase));
        Assert.All(report.Phases, phase => Assert.InRange(phase.Seconds, 0, 100));
        Assert.Contains("Executing(%build)", run.Log, StringComparison.Ordinal);
    }
}
