using System.Text;
using Skyline.Protocol;

namespace Skyline.Builder.Tests;

/// <summary>Virtual machines without rpmbuild in them: what comes out, what stops them, and that nothing stays.</summary>
public sealed class VmIsolationTests(EmulatedMachines machines) : IClassFixture<EmulatedMachines>
{
    static readonly RunLimits limits = new(48 << 20, 40, 32 << 20, 1, 0, 0);

    [Fact]
    public async Task All_output_arrives_in_order_with_the_exit_code_and_the_results_and_no_links()
    {
        var output = new MemoryStream();
        var chamber = NewChamber("""
            seq 30000
            mkdir -p build/SRPMS build/RPMS/x86_64 away
            printf twelve-bytes >build/SRPMS/one.src.rpm
            printf other >build/RPMS/x86_64/a-name-that-is-longer-than-the-hundred-bytes-that-the-head-of-an-archive-has-room-for-1.0-1.x86_64.rpm
            ln -s /etc/passwd build/RPMS/x86_64/secret.rpm
            touch away/x.rpm; ln -s ../../away build/RPMS/i686
            printf no >build/RPMS/x86_64/.hidden
            exit 7
            """);
        await using (var build = await machines.Isolation.Start(chamber, bytes => output.Write(bytes), CancellationToken.None))
        {
            Assert.Equal(7, await build.Exit);
            Assert.Null(build.Breached());
        }

        Assert.Equal(string.Concat(Enumerable.Range(1, 30000).Select(number => $"{number}\n")), Encoding.ASCII.GetString(output.ToArray()));
        Assert.Equal("twelve-bytes", File.ReadAllText(Path.Combine(chamber.Work, "build/SRPMS/one.src.rpm")));
        Assert.Equal("other", File.ReadAllText(Directory.EnumerateFiles(Path.Combine(chamber.Work, "build/RPMS/x86_64"), "a-name*").Single()));
        Assert.DoesNotContain(new DirectoryInfo(chamber.Work).EnumerateFileSystemInfos("*", SearchOption.AllDirectories), entry => entry.LinkTarget is not null || entry.Name is "x.rpm" or ".hidden");
        Assert.Equal(0, Processes());
    }

    [Theory]
    [InlineData("memory", "awk 'BEGIN { s = 1; while (1) s = s s }'")]
    [InlineData("processes", "for i in $(seq 60); do sleep 100 & done; wait")]
    [InlineData("disk", "dd if=/dev/zero of=/builddir/zeros bs=1M")]
    public async Task Limit_gone_over_is_noticed(string limit, string script)
    {
        await using var build = await machines.Isolation.Start(NewChamber(script), _ => { }, CancellationToken.None);

        await Patience.Until(() => build.Breached(), breach => breach is not null);

        Assert.Equal(limit switch { "memory" => Breach.Memory(48 << 20), "disk" => Breach.Disk(32 << 20), _ => Breach.Processes(40) }, build.Breached());
    }

    [Fact]
    public async Task Machine_that_is_ended_in_the_middle_leaves_nothing()
    {
        var talked = new TaskCompletionSource();
        var build = await machines.Isolation.Start(NewChamber("trap '' TERM; echo now running; sleep 1000"), _ => talked.TrySetResult(), CancellationToken.None);
        await talked.Task;
        Assert.True(Processes() > 0);

        await build.DisposeAsync();

        Assert.Equal(0, Processes());
        Assert.Empty(Groups());
    }

    Chamber NewChamber(string script)
    {
        var isolation = machines.Isolation;
        var work = machines.NewRun;
        Libc.Own(work, isolation.OwnerOf(0));
        return new(1, 0, Root(Path.GetDirectoryName(work)!), work, Chamber.WithEnvironment("/bin/sh", "-c", script), limits);
    }

    /// <summary>Nothing but busybox, under the names that these tests use.</summary>
    static string Root(string folder)
    {
        var root = Path.Combine(folder, "buildroot", "root");
        foreach (var name in new[] { "bin", "usr/bin", "dev", "proc", "tmp", "var/tmp", "builddir" }) Directory.CreateDirectory(Path.Combine(root, name));
        File.Copy(VmFiles.Find("busybox")!, Path.Combine(root, "bin", "busybox"));
        foreach (var name in new[] { "sh", "seq", "mkdir", "printf", "ln", "touch", "awk", "sleep", "dd" }) File.CreateSymbolicLink(Path.Combine(root, "bin", name), "busybox");
        File.CreateSymbolicLink(Path.Combine(root, "usr", "bin", "env"), "/bin/busybox");
        return root;
    }

    int Processes() => Directory.EnumerateDirectories("/proc").Count(folder =>
    {
        try
        {
            return File.ReadLines(Path.Combine(folder, "status")).Any(line => line == $"Uid:\t{machines.User}\t{machines.User}\t{machines.User}\t{machines.User}");
        }
        catch (IOException)
        {
            return false;
        }
    });

    IEnumerable<string> Groups() => new[] { "", "memory", "pids", "cpu" }.Select(controller => Path.Combine("/sys/fs/cgroup", controller, "skyline-" + machines.AgentId)).Where(Directory.Exists).SelectMany(Directory.GetDirectories);
}
