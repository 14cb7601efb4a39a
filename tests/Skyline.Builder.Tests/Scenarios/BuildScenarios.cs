using System.Security.Cryptography;
using System.Text;
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
        Assert.Equal(Leftovers.None, await Leftovers.Settled(fixture));
    }

    [Fact]
    public async Task Two_runs_of_one_source_package_give_the_same_bytes()
    {
        var srpm = Srpm.Hello("hello-twice");
        var (first, second) = (Server.Enqueue(srpm), Server.Enqueue(srpm));

        await first.Succeeded();
        await second.Succeeded();

        Assert.Equal(first.Digests(), second.Digests());
        Assert.True(first.Digests().Count >= 3, "a source package, a binary one and its debuginfo");
    }

    [Fact]
    public async Task Noarch_run_makes_a_noarch_package()
    {
        var run = Server.Enqueue(Srpm.Make("only-data", "true", header: "BuildArch: noarch"), lease => lease with { Arch = "noarch" });

        await run.Succeeded();

        Assert.Contains("only-data-1.0-3.tos1.noarch.rpm", run.Files.Keys);
    }

    [Fact]
    public async Task Build_is_an_ordinary_user_without_network_or_capabilities()
    {
        var run = Server.Enqueue(Srpm.Make("who-am-i", """
            echo "uid=$(id -u) gid=$(id -g) groups=$(id -G) host=$(uname -n) home=$HOME umask=$(umask) tz=$TZ lang=$LANG pwd=$PWD"
            grep -E '^(Cap|NoNewPrivs)' /proc/self/status
            echo "interfaces:" $(tail -n +3 /proc/net/dev | cut -d: -f1)
            (exec 3<>/dev/tcp/127.0.0.1/80) 2>&1 | sed 's/^/connect: /'
            for place in / /usr /etc /var /proc/sys/kernel/core_pattern; do
                if [ -d $place ]; then touch $place/x 2>/dev/null; else echo x 2>/dev/null >$place; fi && echo "WRITABLE $place"
            done
            unshare --user true 2>/dev/null && echo "NAMESPACES"
            for place in /tmp /var/tmp $HOME; do cp /bin/true $place/true && $place/true && echo "runs in $place"; done
            ls -A /dev | sort | tr '\n' ' '
            env | cut -d= -f1 | grep -v RPM_ | sort | tr '\n' ' '
            """));

        await run.Succeeded();

        Assert.Contains("uid=1000 gid=1000 groups=1000 host=skyline home=/builddir umask=0022 tz=UTC lang=C pwd=/builddir/build/BUILD", run.Log, StringComparison.Ordinal);
        foreach (var set in new[] { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" }) Assert.Contains($"{set}:\t0000000000000000", run.Log, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", run.Log, StringComparison.Ordinal);
        Assert.Contains("interfaces: lo\n", run.Log, StringComparison.Ordinal);
        Assert.Contains("connect: ", run.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("\nWRITABLE", run.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("\nNAMESPACES", run.Log, StringComparison.Ordinal);
        foreach (var place in new[] { "/tmp", "/var/tmp", "/builddir" }) Assert.Contains($"\nruns in {place}\n", run.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeServer.Token, run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_requires_that_nobody_provides_fail_the_build_with_their_names()
    {
        var run = Server.Enqueue(Srpm.Make("wants-much", "true", header: "BuildRequires: no-such-thing >= 7\nBuildRequires: pkgconfig(neither-this)"));

        var report = await run.Report;

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Equal("Nothing provides no-such-thing >= 7, which the package's BuildRequires ask for.", report.FailingLines[0]);
        Assert.Contains(report.FailingLines, line => line.Contains("pkgconfig(neither-this)", StringComparison.Ordinal));
        Assert.Contains("no-such-thing", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_and_rich_build_requires_are_met()
    {
        var run = Server.Enqueue(Srpm.Make("wants-richly", "test -e /usr/include/zlib.h", header: "BuildRequires: /usr/bin/gcc\nBuildRequires: (no-such-thing or zlib-devel)\nBuildRequires: (no-such-thing if no-other-thing)"));

        await run.Succeeded();
    }

    [Fact]
    public async Task Build_requires_that_only_the_target_knows_are_added()
    {
        var run = Server.Enqueue(Srpm.Make("wants-by-dist", "test -e /usr/include/zlib.h", header: "%if \"%{?dist}\" == \".tos1\"\nBuildRequires: zlib-devel\n%endif"));

        await run.Succeeded();

        var report = await run.Report;
        Assert.Contains(report.Lock, package => package.Nevra.StartsWith("zlib-devel-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Generated_build_requires_are_added()
    {
        var run = Server.Enqueue(Srpm.Make("wants-later", "test -e /usr/include/zlib.h", prep: "%generate_buildrequires\necho zlib-devel"));

        await run.Succeeded();
    }

    [Fact]
    public async Task Options_of_a_build_hold_for_its_source_package_its_generated_requires_and_its_packages()
    {
        var run = Server.Enqueue(Srpm.Make("has-options", "echo flavour=%{flavour}; rpm -q zlib-devel bison autoconf || :", install: "%check\nexit 1",
            header: "%bcond_with zlib\n%bcond_without docs\n%if %{with zlib}\nBuildRequires: zlib-devel\n%endif\n%if %{with docs}\nBuildRequires: no-such-thing\n%endif",
            prep: "%generate_buildrequires\n%{?with_zlib:echo bison}"), lease => lease with
            {
                Options = new(["zlib"], ["docs"], new Dictionary<string, string> { ["dist"] = ".own", ["flavour"] = "\"sour %{?with_zlib:cream}\"" }, NoCheck: true, []),
            });

        await run.Succeeded();

        Assert.Equal(["has-options-1.0-3.own.src.rpm", "has-options-1.0-3.own.x86_64.rpm"], run.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("\nflavour=sour cream\n", run.Log, StringComparison.Ordinal);
        Assert.Contains("\nzlib-devel-", run.Log, StringComparison.Ordinal);
        Assert.Contains("package autoconf is not installed", run.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("package bison is not installed", run.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("Executing(%check)", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compile_error_fails_the_build_with_the_lines_that_say_why()
    {
        var run = Server.Enqueue(Srpm.Make("does-not-compile", """
            cat >broken.c <<'END'
            int main(void) { return nothing_like_this; }
            END
            gcc -c broken.c
            """));

        var report = await run.Report;

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Contains("broken.c:1:25: error: 'nothing_like_this' undeclared", report.FailingLines[0].Replace('\u2018', '\'').Replace('\u2019', '\''), StringComparison.Ordinal);
        Assert.StartsWith("%build failed: ", report.Why, StringComparison.Ordinal);
        Assert.NotEmpty(report.Lock);
        Assert.Empty(report.Files);
    }

    [Fact]
    public async Task Spec_that_does_not_parse_fails_the_build()
    {
        var run = Server.Enqueue(Srpm.Make("parses-only-here", "true", header: "%if \"%{?dist}\" == \".tos1\"\nNonsense: yes\n%endif"));

        var report = await run.Report;

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Contains("Nonsense", report.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_among_the_results_is_not_followed()
    {
        var run = Server.Enqueue(Srpm.Make("links-out", "mkdir -p /builddir/build/RPMS/x86_64; ln -s /etc/hostname /builddir/build/RPMS/x86_64/secret.rpm"));

        var report = await run.Report;

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Equal("secret.rpm is not a regular file.", report.Why);
        Assert.Empty(run.Files);
    }

    [Fact]
    public async Task Folder_of_results_that_is_a_link_is_not_followed()
    {
        var run = Server.Enqueue(Srpm.Make("links-away", "mkdir -p /builddir/away /builddir/build/RPMS; touch /builddir/away/x.rpm; ln -s /builddir/away /builddir/build/RPMS/i686"));

        await run.Succeeded();

        Assert.DoesNotContain("x.rpm", run.Files.Keys);
    }

    [Fact]
    public async Task Bytes_of_the_log_that_are_no_text_pass_as_they_are()
    {
        var run = Server.Enqueue(Srpm.Make("babbles", @"printf 'raw\377\376\n'; printf 'wrong order\n' >&2; echo 'right order'"));

        await run.Succeeded();

        var log = Encoding.Latin1.GetString(run.LogBytes);
        Assert.Contains("raw\u00ff\u00fe\n", log, StringComparison.Ordinal);
        Assert.Contains("wrong order\nright order\n", log.Replace("+ echo 'right order'\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_arrives_while_the_build_runs_in_pieces_of_bounded_size()
    {
        var run = Server.Enqueue(Srpm.Make("talks", "echo first words; head -c 3000000 /dev/zero | tr '\\0' x; echo; echo last words; until [ -e /builddir/go ]; do sleep 0.1; done"));

        await run.LogHas("\nlast words");
        Assert.False(run.IsReported);
        run.Cancelled = true;

        Assert.All(run.Pieces, piece => Assert.InRange(piece, 1, 1 << 20));
        Assert.Equal(Leftovers.None, await Leftovers.Settled(fixture));
    }
}
