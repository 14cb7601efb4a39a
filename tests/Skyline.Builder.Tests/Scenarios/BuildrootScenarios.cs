using Skyline.Protocol;

namespace Skyline.Builder.Tests;

/// <summary>Kept buildroots: made once, used again, dropped when there are too many, and never a way out.</summary>
public sealed class BuildrootScenarios
{
    [Fact]
    public async Task Slots_that_want_the_same_buildroot_at_once_make_it_once()
    {
        await using var agent = await RunningAgent.Start("bubblewrap", options => options with { Slots = 3 });
        var srpm = Srpm.Make("wanted-by-three", "true", header: "BuildRequires: zlib-devel");

        var runs = Enumerable.Range(0, 3).Select(_ => agent.Server.Enqueue(srpm)).ToList();
        foreach (var run in runs) await run.Succeeded();

        // The one that every buildroot starts from, and the one over it.
        Assert.Equal(2, agent.Said.Count(line => line.Contains("Making buildroot", StringComparison.Ordinal)));
        Assert.Single(runs.Select(run => run.Log.Split('\n').Single(line => line.StartsWith("Skyline: buildroot ", StringComparison.Ordinal))).Distinct());
    }

    [Fact]
    public async Task Buildroot_holds_what_is_required_and_no_more()
    {
        await using var agent = await RunningAgent.Start("bubblewrap");
        const string Look = "rpm -q zlib-devel bison || :; rpm -qa | wc -l | sed 's/^/installed: /'";

        var with = agent.Server.Enqueue(Srpm.Make("with-zlib", Look, header: "BuildRequires: zlib-devel"));
        var without = agent.Server.Enqueue(Srpm.Make("without-zlib", Look));
        await with.Succeeded();
        await without.Succeeded();

        Assert.Contains("\nzlib-devel-", with.Log, StringComparison.Ordinal);
        Assert.Contains("package zlib-devel is not installed", without.Log, StringComparison.Ordinal);
        Assert.Contains($"installed: {(await with.Report).Lock.Count}\n", with.Log, StringComparison.Ordinal);
        Assert.Contains($"installed: {(await without.Report).Lock.Count}\n", without.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agents_folder_may_be_reached_through_a_link()
    {
        var link = Path.Combine(Scratch.Folder("link"), "data");
        Directory.CreateSymbolicLink(link, Scratch.Folder("linked"));
        await using var agent = await RunningAgent.Start("bubblewrap", link);

        for (var build = 1; build <= 2; build++) await agent.Server.Enqueue(Srpm.Make($"linked-{build}", "true", header: "BuildRequires: zlib-devel")).Succeeded();

        Assert.Single(File.ReadLines("/proc/self/mountinfo"), line => line.Contains(new FileInfo(link).LinkTarget!, StringComparison.Ordinal) && line.Contains(" - overlay ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Least_recently_used_buildroot_is_dropped_and_made_again_when_wanted()
    {
        await using var agent = await RunningAgent.Start("bubblewrap", options => options with { Keep = new(2, long.MaxValue) });
        string[] wanted = ["zlib-devel", "autoconf", "zlib-devel"];

        foreach (var require in wanted) await agent.Server.Enqueue(Srpm.Make("wants-" + require, $"rpm -q {require}", header: "BuildRequires: " + require)).Succeeded();

        Assert.Equal(2, Directory.GetDirectories(Path.Combine(agent.Data, "buildroots")).Length);
        Assert.Equal(4, agent.Said.Count(line => line.Contains("Making buildroot", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_in_use_and_one_that_others_lie_over_stay_however_many_there_are()
    {
        await using var agent = await RunningAgent.Start("bubblewrap", options => options with { Slots = 2, Keep = new(2, long.MaxValue) });
        var user = agent.Server.Enqueue(Srpm.Make("uses-zlib", "echo at work; until [ -e /builddir/go ]; do sleep 0.1; done; rpm -q zlib-devel", header: "BuildRequires: zlib-devel"));
        await user.LogHas("\nat work\n");
        var (below, used) = (Bases(agent).Single(), Kept(agent).Except(Bases(agent)).Single());

        foreach (var require in new[] { "autoconf", "bison" }) await Wanting(agent, require).Succeeded();
        // There was room for none: autoconf's had to go for bison's, and nothing else could.
        Assert.Equal(3, Kept(agent).Count);
        Assert.Superset(new HashSet<string> { below, used }, Kept(agent));

        await File.WriteAllBytesAsync(Path.Combine(Directory.GetDirectories(Path.Combine(agent.Data, "runs"), $"{user.Lease.RunId}-*").Single(), "work", "go"), []);
        await user.Succeeded();
        await Wanting(agent, "autoconf").Succeeded();
        Assert.Equal(2, Kept(agent).Count);
        Assert.Contains(below, Kept(agent));
        Assert.DoesNotContain(used, Kept(agent));
    }

    [Fact]
    public async Task Bytes_that_lie_over_another_count_and_the_least_recently_used_go_for_them()
    {
        await using var agent = await RunningAgent.Start("bubblewrap");
        await Wanting(agent, "bash").Succeeded();
        await Wanting(agent, "bison").Succeeded();
        var records = Kept(agent).ToDictionary(key => key, key => KeptRecord.Read(Path.Combine(agent.Data, "buildroots", key))!);
        var (under, over) = (records.Values.Single(record => record.Base is null).Bytes, records.Values.Single(record => record.Base is not null).Bytes);
        await agent.Stop();
        // Room for what is there, and not for a byte more.
        await using var again = await RunningAgent.Start("bubblewrap", agent.Data, options => options with { Keep = new(100, under + over) });

        await Wanting(again, "autoconf").Succeeded();

        Assert.InRange(over, 100_000, under);
        Assert.Equal(2, Kept(again).Count);
        Assert.DoesNotContain(records.Single(record => record.Value.Base is not null).Key, Kept(again));
    }

    [Fact]
    public async Task Packages_that_were_not_used_for_long_go_when_the_store_is_full()
    {
        await using var agent = await RunningAgent.Start("bubblewrap", options => options with { PackageStoreBytes = 1 });
        string[] Stored() => [.. Directory.GetFiles(Path.Combine(agent.Data, "packages"))];
        await Wanting(agent, "zlib-devel", http: true).Succeeded();
        var before = Stored();
        foreach (var file in before) File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddHours(-2));

        await Wanting(agent, "bison", http: true).Succeeded();

        Assert.NotEmpty(Stored());
        Assert.Empty(before.Intersect(Stored()));
    }

    static HashSet<string> Kept(RunningAgent agent) => [.. Directory.GetDirectories(Path.Combine(agent.Data, "buildroots")).Select(folder => Path.GetFileName(folder))];

    static HashSet<string> Bases(RunningAgent agent) => [.. Kept(agent).Where(key => KeptRecord.Read(Path.Combine(agent.Data, "buildroots", key))!.Base is null)];

    static FakeRun Wanting(RunningAgent agent, string require, bool http = false) => agent.Server.Enqueue(Srpm.Make("wants-" + require, $"rpm -q {require}", header: "BuildRequires: " + require), lease => !http ? lease : lease with
    {
        Buildroot = lease.Buildroot with { Repos = [.. lease.Buildroot.Repos.Select(repo => repo with { BaseUrl = "/repos/testos/" })] },
    });

    [Fact]
    public async Task Scriptlet_of_a_package_runs_but_cannot_touch_the_machine()
    {
        await using var agent = await RunningAgent.Start("bubblewrap");
        var marker = $"skyline-escaped-{Guid.NewGuid():N}";
        var repo = ExtraRepo.With("hostile-tool", requires: "perl-interpreter", post: $$"""
            echo ran >/etc/hostile-ran
            cut -d: -f1 /proc/net/dev | tail -n +3 | tr -d ' ' >/etc/hostile-network
            perl -e 'mkdir "/x"; chroot "/x" or exit 1; chdir ".." for 1..64; chroot "."; for my $d ("", "/usr", "/etc", "/tmp", "/var/tmp", "/root", "{{agent.Data}}", "/dev/shm") { if (open F, ">$d/{{marker}}") { print F "out"; close F } } if (open F, ">/proc/sys/kernel/{{marker}}") {}'
            :
            """);

        var run = agent.Server.Enqueue(Srpm.Make("uses-hostile", "cat /etc/hostile-ran; echo network: $(cat /etc/hostile-network)", header: "BuildRequires: hostile-tool"), lease => lease with
        {
            Buildroot = lease.Buildroot with { Repos = [.. lease.Buildroot.Repos, new("extra", "file://" + repo, null, null, 50, false, [], false)] },
        });

        await run.Succeeded();
        Assert.Contains("\nran\n", run.Log, StringComparison.Ordinal);
        Assert.Contains("\nnetwork: lo\n", run.Log, StringComparison.Ordinal);
        foreach (var folder in new[] { "/", "/usr", "/etc", "/tmp", "/var/tmp", "/root", agent.Data, "/dev/shm" }) Assert.False(File.Exists(Path.Combine(folder, marker)), $"it wrote to {folder}");
    }

    [Fact]
    public async Task Scriptlet_of_a_package_finds_no_token_and_asks_the_kernel_in_vain()
    {
        await using var agent = await RunningAgent.Start("bubblewrap");
        var home = Directory.CreateDirectory(Path.Combine(agent.Data, ".ssh")).FullName;
        await File.WriteAllTextAsync(Path.Combine(home, "id"), FakeServer.Token, TestContext.Current.CancellationToken);
        var repo = ExtraRepo.With("curious-tool", requires: "grep sed perl-interpreter", post: $$"""
            {
                for folder in /proc/[0-9]*; do
                    tr '\0' '\n' <$folder/environ 2>/dev/null | grep -E 'SKYLINE|token-of-a-[b]uilder' | sed 's/^/ESCAPED: environment: /'
                    for place in {{agent.Data}}/.ssh/id {{Path.GetDirectoryName(agent.Data)}}/token {{agent.Data}}/runs /root/.ssh /run/docker.sock /var/run/docker.sock; do
                        [ -e $folder/root$place ] && echo "ESCAPED: sees $folder/root$place"
                    done
                done
                perl -e 'mkdir "/x"; chroot "/x" or exit 1; chdir ".." for 1..64; chroot ".";
                    for my $place ("{{agent.Data}}/.ssh/id", "{{Path.GetDirectoryName(agent.Data)}}/token", "/run/docker.sock", "/etc/shadow", "/root/.ssh", "/home", "/dev/mem", "/dev/vda", "/sys/kernel") { print "ESCAPED: sees $place\n" if -e $place }
                    for my $call ([165, "mount"], [250, "keyctl"], [321, "bpf"], [425, "io_uring_setup"], [103, "syslog"]) { my $got = syscall($call->[0], 10, 0, 0, 0, 0); print "ESCAPED: $call->[1] is not refused, but $!\n" unless $got < 0 && $! == 1 }
                    system("mknod", "/x/disk", "b", "254", "0"); print "ESCAPED: reads a disk\n" if open my $disk, "<", "/x/disk";'
                echo looked around
            } >/etc/curious-found 2>/dev/null
            :
            """);

        var run = agent.Server.Enqueue(Srpm.Make("uses-curious", "cat /etc/curious-found", header: "BuildRequires: curious-tool"), lease => lease with
        {
            Buildroot = lease.Buildroot with { Repos = [.. lease.Buildroot.Repos, new("extra", "file://" + repo, null, null, 50, false, [], false)] },
        });

        await run.Succeeded();
        Assert.Contains("\nlooked around\n", run.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("\nESCAPED", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Package_of_a_repository_that_must_sign_is_installed_only_with_that_repositorys_signature()
    {
        await using var agent = await RunningAgent.Start("bubblewrap");
        var (unsigned, signed) = (ExtraRepo.With("signed-tool", "bash", ":"), ExtraRepo.With("signed-tool", "bash", ":"));
        var (key, stranger) = (ExtraRepo.Sign(signed), ExtraRepo.StrangersKey());

        var good = await BuildWith(agent, signed, key);
        var withoutSignature = await BuildWith(agent, unsigned, key);
        var withStrangersKey = await BuildWith(agent, signed, stranger);

        Assert.Equal(RunOutcome.Succeeded, good.Outcome);
        foreach (var refused in new[] { withoutSignature, withStrangersKey })
        {
            Assert.Equal(RunOutcome.Lost, refused.Outcome);
            Assert.Contains("not signed by their repository's key", refused.Why, StringComparison.Ordinal);
        }
    }

    static Task<RunReport> BuildWith(RunningAgent agent, string repo, string key) =>
        agent.Server.Enqueue(Srpm.Make("uses-signed", "true", header: "BuildRequires: signed-tool"), lease => lease with
        {
            Buildroot = lease.Buildroot with { Repos = [.. lease.Buildroot.Repos, new("extra", "file://" + repo, null, null, 50, true, ["file://" + key], false)] },
        }).Report;

    [Fact]
    public async Task Packages_of_a_repository_are_fetched_over_http_once()
    {
        await using var agent = await RunningAgent.Start("bubblewrap");
        var fetched = new System.Collections.Concurrent.ConcurrentBag<string>();
        agent.Server.Fault = http =>
        {
            if (http.Request.Path.Value!.EndsWith(".rpm", StringComparison.Ordinal)) fetched.Add(http.Request.Path);
            return Task.FromResult(false);
        };

        foreach (var require in new[] { "gcc", "zlib-devel" })
        {
            await agent.Server.Enqueue(Srpm.Make("over-http-" + require, "true", header: "BuildRequires: " + require), lease => lease with
            {
                Buildroot = lease.Buildroot with { Repos = [.. lease.Buildroot.Repos.Select(repo => repo with { BaseUrl = "/repos/testos/" })] },
            }).Succeeded();
        }

        Assert.NotEmpty(fetched);
        Assert.Equal(fetched.Distinct().Count(), fetched.Count);
    }
}
