using Skyline.Cli.Tests.Running;
using Skyline.Server.Tests;

namespace Skyline.Cli.Tests.Builds;

/// <summary>A program that was ended while it sent, against the server itself.</summary>
public sealed class GoesOnTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_command_again_goes_on_where_it_was_ended()
    {
        await using var served = await Served.Start();
        var paper = Papers.Source("big", "1", "1", exclusiveArch: "x86_64", payloadBytes: 60 << 20);
        var file = served.Kept(paper);
        var ended = await Ended(served, file, paper.Bytes.Length / 2);

        var again = await served.Says($"build --target paper --scratch {file}");

        Assert.Equal((int)ExitCode.Interrupted, ended);
        Assert.Contains("big-1-1.src.rpm goes on from ", again, StringComparison.Ordinal);
        Assert.Contains("big-1-1 in paper (scratch)", again, StringComparison.Ordinal);
        Assert.Equal(paper.Sha256, (await served.Builder.Lease()).Srpm.Sha256);
    }

    /// <summary>Begun, and ended when half of it is on its way to the server.</summary>
    static async Task<int> Ended(Served served, string file, long half)
    {
        await using var line = await HaltedLine.To(served.Site.Address, half);
        var world = new CliWorld { Server = line.Url };
        world.Env["SKYLINE_TOKEN"] = served.Site.AdminToken;
        var run = CliRun.Start(world, "build", "--target", "paper", "--scratch", file);
        await line.Halted.WaitAsync(Ct);
        await run.Interrupt();
        return await run.Exit;
    }
}
