using System.Globalization;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Builder.Tests;

/// <summary>The same source package, built under other circumstances, gives the same packages.</summary>
public sealed class ReproducibleScenarios
{
    const string Clock = "clock-of-another-day";

    /// <summary>As an agent on another machine is started: another host name, umask, number of processors and kernel.</summary>
    static readonly string[] elsewhere =
        ["unshare", "--uts", "--", "/bin/sh", "-c", "hostname far-away.example.org; umask 077; exec \"$@\"", "sh", "setarch", "--uname-2.6", "taskset", "--cpu-list", "0"];

    /// <summary>Where libfaketime's package puts it, on Debian and on Fedora.</summary>
    static string? FakeTime => new[] { "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib64/faketime/libfaketime.so.1" }.FirstOrDefault(File.Exists);

    [Fact]
    public async Task Another_day_host_name_umask_processor_count_and_kernel_give_the_same_bytes()
    {
        Assert.SkipUnless(FakeTime is not null, "libfaketime is not installed, so no build can be told another day");
        Assert.SkipUnless(Libc.IsRoot, "Only root may give an agent another host name");
        var srpm = Srpm.Make("same-anywhere", Build, Install, Files, header: "BuildRequires: gcc make\n\n%package data\nSummary: Data\nBuildArch: noarch\n%description data\nFor a test.", prep: "%setup -q -c -T", debuginfo: true);
        await using var here = await RunningAgent.Start("bubblewrap");
        await using var server = await FakeServer.Start();
        var data = RunningAgent.NewData();
        using var there = new AgentProcess(server, "bubblewrap", data, elsewhere);
        var repo = ExtraRepo.With(Clock, "bash", ":", install: $"install -D {FakeTime} %{{buildroot}}/usr/lib64/{Clock}.so\nmkdir %{{buildroot}}/etc\necho /usr/lib64/{Clock}.so >%{{buildroot}}/etc/ld.so.preload\necho +400d >%{{buildroot}}/etc/faketimerc", files: $"/usr/lib64/{Clock}.so\n/etc/ld.so.preload\n/etc/faketimerc");

        var one = here.Server.Enqueue(srpm);
        var other = server.Enqueue(srpm, lease => OnAnotherDay(lease, repo));
        var withoutMacros = server.Enqueue(srpm, lease => Naked(OnAnotherDay(lease, repo)));
        foreach (var run in new[] { one, other, withoutMacros }) await run.Succeeded();
        await there.Terminate();
        await RemoveTree.At(Path.GetDirectoryName(data)!);

        var (first, second) = (Circumstances(one), Circumstances(other));
        Assert.InRange((second.Day - first.Day).TotalDays, 399, 401);
        Assert.True(second.Processors < first.Processors || Environment.ProcessorCount == 1, $"{second.Processors} processors there");
        Assert.StartsWith("2.6.", second.Kernel, StringComparison.Ordinal);
        Assert.NotEqual(second.Kernel, first.Kernel);
        Assert.True(one.Digests().Count >= 5, "a source package, a binary one, data, debuginfo and debugsource");
        Assert.Equal(await ContentHashes(one), await ContentHashes(other));
        // libfaketime moves the times of files that are looked at too, and a source package has its spec's; nobody compares those.
        Assert.Equal(one.Digests().Where(IsBinary), other.Digests().Where(IsBinary));
        var hashes = await ContentHashes(one);
        Assert.All(await ContentHashes(withoutMacros), rpm => Assert.NotEqual(rpm.Value, hashes[rpm.Key]));
    }

    const string Build = """
        echo "circumstances: $(date +%%Y-%%m-%%d) $(nproc) $(uname -r)"
        cat >lib.c <<'END'
        int twice(int x) { return 2 * x; }
        END
        cat >main.c <<'END'
        #include <stdio.h>
        int twice(int);
        int main(void) { printf("built %%s %%s %%d\n", __DATE__, __TIME__, twice(21)); return 0; }
        END
        printf 'all: same-anywhere\n%%%%.o: %%%%.c\n\tgcc $(CFLAGS) -g -c $<\nlibtwice.a: lib.o\n\tar rc $@ $^\nsame-anywhere: main.o libtwice.a\n\tgcc -g -o $@ $^\n' >Makefile
        make %{?_smp_mflags} CFLAGS="%{optflags}"
        printf '.TH same 1\n.SH NAME\nsame\n' >same.1
        date -r main.c >/dev/null
        """;

    const string Install = """
        install -D same-anywhere %{buildroot}/usr/bin/same-anywhere
        install -D -m 644 libtwice.a %{buildroot}/usr/lib64/libtwice.a
        install -D -m 644 same.1 %{buildroot}/usr/share/man/man1/same.1
        mkdir -p %{buildroot}/usr/share/same-data
        for i in $(seq 50); do echo $i >%{buildroot}/usr/share/same-data/$i; done
        """;

    const string Files = """
        /usr/bin/same-anywhere
        /usr/lib64/libtwice.a
        /usr/share/man/man1/same.1*

        %files data
        /usr/share/same-data
        """;

    static LeasedRun OnAnotherDay(LeasedRun lease, string repo) => lease with
    {
        Buildroot = lease.Buildroot with
        {
            Packages = [.. lease.Buildroot.Packages, Clock],
            Repos = [.. lease.Buildroot.Repos, new("clock", "file://" + repo, null, null, 50, false, [], false)],
        },
    };

    /// <summary>Without the macros that make it so: a test of the test.</summary>
    static LeasedRun Naked(LeasedRun lease) => lease with
    {
        Buildroot = lease.Buildroot with
        {
            Macros = new Dictionary<string, string>(lease.Buildroot.Macros) { ["source_date_epoch_from_changelog"] = "0", ["use_source_date_epoch_as_buildtime"] = "0", ["clamp_mtime_to_source_date_epoch"] = "0", ["build_mtime_policy"] = "none" },
        },
    };

    static bool IsBinary(KeyValuePair<string, string> file) => !file.Key.EndsWith(".src.rpm", StringComparison.Ordinal);

    static (DateTime Day, int Processors, string Kernel) Circumstances(FakeRun run)
    {
        var said = Regex.Match(run.Log, @"^circumstances: (\S+) (\d+) (\S+)$", RegexOptions.Multiline);
        Assert.True(said.Success, run.Log);
        return (DateTime.Parse(said.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(said.Groups[2].Value, CultureInfo.InvariantCulture), said.Groups[3].Value);
    }

    static async Task<SortedDictionary<string, string>> ContentHashes(FakeRun run)
    {
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, bytes) in run.Files.Where(file => !file.Key.EndsWith(".src.rpm", StringComparison.Ordinal)))
        {
            using var stream = new MemoryStream(bytes);
            hashes[name] = ContentHash.L0(await RpmPackage.Read(stream, TestContext.Current.CancellationToken));
        }
        return hashes;
    }
}
