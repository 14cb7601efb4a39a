using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Skyline.Protocol;

namespace Skyline.Builder.Tests;

/// <summary>How the agent stands: what it says of its machine, when it takes no work, what it is told.</summary>
public sealed class FleetScenarios
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_says_what_machine_it_is()
    {
        await using var agent = await RunningAgent.Start("bubblewrap");

        var request = agent.Server.Leases.First();

        var report = request.Report!;
        Assert.Equal((Environment.ProcessorCount, 1), (report.Cores, report.Slots));
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), report.Kernel);
        Assert.Contains($"\"{report.Distribution}\"", File.ReadAllText("/etc/os-release"), StringComparison.Ordinal);
        Assert.InRange(report.MemoryBytes, 1L << 28, 1L << 50);
        Assert.InRange(report.FreeDiskBytes, report.KeepsFreeBytes, long.MaxValue);
        Assert.InRange(report.KeepsFreeBytes, 1, 2L << 30);
        Assert.InRange((TimeProvider.System.GetUtcNow() - report.Clock).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Without_room_it_takes_no_work_says_so_and_takes_work_again_by_itself()
    {
        Assert.SkipUnless(Libc.IsRoot, "Only root can mount the small file system that this fills.");
        var data = RunningAgent.NewData();
        Directory.CreateDirectory(data);
        await Child.Must(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", data], "mount", Ct);
        var filler = Path.Combine(data, "filler");
        await File.WriteAllBytesAsync(filler, new byte[40 << 20], Ct);
        await using var agent = await RunningAgent.Start("bubblewrap", data, options => options with { MinFreeBytes = 16 << 20 });
        try
        {
            Assert.All(agent.Server.Leases, request => Assert.Equal((0, true), (request.WaitSeconds, request.Report!.FreeDiskBytes < request.Report.KeepsFreeBytes)));
            Assert.Matches(@"Slot 0 takes no work: \d+ MiB are free on the disk of .*, of the 16 MiB that are kept free \(--min-free\)", await Said(agent, "takes no work"));

            File.Delete(filler);

            await Said(agent, "takes work again");
            await Patience.Until(() => agent.Server.Leases.Count(request => request.WaitSeconds > 0), count => count == 1);
        }
        finally
        {
            await agent.Stop();
            await Child.Must(["umount", data], "umount", CancellationToken.None);
        }
    }

    [Fact]
    public async Task What_the_server_has_to_say_is_said_once_and_harmlessly()
    {
        await using var agent = await RunningAgent.Start("bubblewrap", options => options with { MinFreeBytes = 1L << 60 });
        agent.Server.Notice = "This builder runs 0.1.0, the server's is 0.2.0: update it.\u001b[31m";

        var said = await Said(agent, "The server says");
        var asked = agent.Server.Leases.Count;
        await Patience.Until(() => agent.Server.Leases.Count, count => count > asked + 1);

        Assert.Contains("The server says: This builder runs 0.1.0, the server's is 0.2.0: update it. [31m", said, StringComparison.Ordinal);
        Assert.Single(agent.Said, line => line.Contains("The server says", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refused_for_its_clock_it_says_so_asks_on_and_works_when_it_is_taken()
    {
        await using var agent = await RunningAgent.Start("bubblewrap", options => options with { MinFreeBytes = 1L << 60 });
        var refusals = 0;
        agent.Server.Fault = async http =>
        {
            if (!http.Request.Path.Value!.EndsWith("/lease", StringComparison.Ordinal) || ++refusals > 2) return false;
            await Results.Problem("This builder gets no work: its clock says 2026-11-30 01:00:00 UTC and this server's 2026-11-30 02:00:00 UTC.", statusCode: 409).ExecuteAsync(http);
            return true;
        };

        Assert.Contains("its clock says 2026-11-30 01:00:00 UTC", await Said(agent, "No work from"), StringComparison.Ordinal);

        await Said(agent, "The server is back");
        Assert.Equal(3, refusals);
    }

    [Theory]
    [InlineData(1, 64, 1)]
    [InlineData(2, 4, 1)]
    [InlineData(16, 64, 8)]
    [InlineData(64, 16, 4)]
    [InlineData(8, 1, 1)]
    public void One_slot_for_two_processors_and_four_gibibytes(int cores, int gibibytes, int slots) => Assert.Equal(slots, Machine.SlotsFor(cores, (long)gibibytes << 30));

    [Fact]
    public void Foreign_architectures_are_those_that_the_kernel_runs_by_qemu_in_any_buildroot()
    {
        var formats = Scratch.Folder("binfmt");
        // As the kernel writes them, with Debian's qemu-user-static.
        foreach (var (name, first, flags) in new[] { ("qemu-aarch64", "enabled", "POCF"), ("qemu-s390x", "disabled", "POCF"), ("qemu-ppc64le", "enabled", "OC"), ("qemu-x86_64", "enabled", "F"), ("qemu-hppa", "enabled", "F"), ("python3", "enabled", "F") })
            File.WriteAllText(Path.Combine(formats, name), $"{first}\ninterpreter /usr/libexec/qemu-binfmt/x-binfmt-P\nflags: {flags}\noffset 0\nmagic 7f454c460201010000000000000000000200b700\n");

        Assert.Equal(["aarch64"], ForeignArches.Choose("auto", ["x86_64"], formats));
        Assert.Equal(["aarch64"], ForeignArches.Choose("aarch64", ["x86_64"], formats));
        Assert.Empty(ForeignArches.Choose("none", ["x86_64"], formats));
        Assert.Empty(ForeignArches.Choose("auto", ["x86_64"], Path.Combine(formats, "none")));
        Assert.StartsWith("--foreign-arches s390x: this machine does not run its programs (it runs those of aarch64).", Assert.Throws<BuilderBrokeException>(() => ForeignArches.Choose("aarch64,s390x", ["x86_64"], formats)).Message, StringComparison.Ordinal);
    }

    static Task<string> Said(RunningAgent agent, string what) => Patience.Until(() => agent.Said.FirstOrDefault(line => line.Contains(what, StringComparison.Ordinal)), line => line is not null)!;
}
