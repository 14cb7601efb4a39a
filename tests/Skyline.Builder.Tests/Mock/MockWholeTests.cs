using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Builder.Tests.Mock;

/// <summary>Runs of chroots that are mock's whole, `mock --rebuild` in one container. The stand-in ends as a package's name says; a real mock builds it.</summary>
public sealed class MockWholeTests(InMock fixture) : IClassFixture<InMock>
{
    const string ForTarget = "%{?dist:BuildRequires: ";

    static readonly BuildOptions bump = BuildOptions.Bumped(new("Rebuilt for libfoo.so.2", "Mass Rebuild <mass@example.org>", new DateOnly(2026, 11, 30)));

    FakeServer Server => fixture.Server;
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_build_that_succeeds_hands_over_its_packages_its_log_its_phases_and_its_lock()
    {
        var run = Enqueue(Srpm.Hello("hello-whole"));

        var report = await run.Report;

        Assert.True(report.Outcome == RunOutcome.Succeeded, report.Why + run.Log);
        var names = report.Files.Select(file => file.FileName).ToList();
        Assert.Contains(names, name => name.StartsWith("hello-whole-1.0-3", StringComparison.Ordinal) && name.EndsWith(".src.rpm", StringComparison.Ordinal));
        Assert.Contains(names, name => name.StartsWith("hello-whole-1.0-3", StringComparison.Ordinal) && name.EndsWith(".x86_64.rpm", StringComparison.Ordinal));
        Assert.Contains("Executing(%build): /bin/sh -e /var/tmp/rpm-tmp.", run.Log, StringComparison.Ordinal);
        Assert.Equal([RunPhase.Fetch, RunPhase.Resolve, RunPhase.Buildroot, RunPhase.Rpmbuild, RunPhase.Upload], report.Phases.Select(timing => timing.Phase));
        Assert.True(report.Lock.Count > 50, "TestOS's build group");
        Assert.Equal(Leftovers.None, await Leftovers.Settled(fixture));
    }

    [Fact]
    public async Task Options_of_a_build_reach_mock()
    {
        MockImage.StandInOnly("It is the stand-in that says what it was told");
        var run = Enqueue(Srpm.Hello("hello-options"), lease => lease with { Options = new(["tls"], [], new Dictionary<string, string>(), NoCheck: true, []) });

        await run.Succeeded();

        Assert.Contains("config_opts['macros']['%_with_tls'] = '--with-tls'\nwithout %check\n", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_is_raised_and_mock_makes_the_source_package_anew_and_rebuilds_that_one()
    {
        var (data, spec) = (Path.Combine(Scratch.Folder("data"), "words.txt"), Path.Combine(Scratch.Folder("lifted"), "lifted.spec"));
        await File.WriteAllTextAsync(data, "lifted\n", Ct);
        await File.WriteAllTextAsync(spec, """
            Name: lifted
            Version: 1.0
            Release: 3%{?dist}
            Summary: For a test
            License: MIT
            Source0: words.txt
            %description
            For a test.
            %install
            install -D -m 644 %{SOURCE0} %{buildroot}/usr/share/lifted/words.txt
            %files
            /usr/share/lifted
            %changelog
            * Mon Jan 05 2026 Tester <tester@example.org> - 1.0-3
            - First

            """, Ct);
        var run = Enqueue(Srpm.Of(spec, data), lease => lease with { Options = bump });

        await run.Succeeded();

        Assert.Equal(["lifted-1.0-4.tos1.src.rpm", "lifted-1.0-4.tos1.x86_64.rpm"], run.Files.Keys.Order());
        using var source = new MemoryStream(run.Files["lifted-1.0-4.tos1.src.rpm"]);
        var read = await RpmPackage.Read(source, Ct);
        Assert.Equal([("Mass Rebuild <mass@example.org> - 1.0-4", "- Rebuilt for libfoo.so.2"), ("Tester <tester@example.org> - 1.0-3", "- First")], read.Changelog.Select(entry => (entry.Author, entry.Text)));
        Assert.Equal(["lifted.spec", "words.txt"], read.Files.Select(file => file.Path).Order());
        Assert.Contains("its release is raised by one", run.Log, StringComparison.Ordinal);
        Assert.Equal([RunPhase.Fetch, RunPhase.Resolve, RunPhase.Buildroot, RunPhase.Rpmbuild, RunPhase.Upload], (await run.Report).Phases.Select(timing => timing.Phase));
        Assert.Equal(Leftovers.None, await Leftovers.Settled(fixture));
    }

    [Fact]
    public async Task A_raised_spec_that_does_not_parse_in_the_chroot_is_the_packagers()
    {
        var report = await Enqueue(Srpm.Make("raised-unreadable", "true", header: "%{?dist:Nonsense: yes}"), lease => lease with { Options = bump }).Report;

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Matches("^The spec does not parse: error: line [0-9]+: Unknown tag: Nonsense", report.Why);
    }

    [Fact]
    public async Task A_build_that_fails_is_the_packagers_with_the_line_that_matters()
    {
        var report = await Enqueue(Srpm.Make("broken", "echo 'int main(void){ return undeclared; }' >b.c\ngcc b.c")).Report;

        Assert.Equal((RunOutcome.Failed, "%build failed: b.c:1:24: error: 'undeclared' undeclared (first use in this function)"), (report.Outcome, report.Why));
    }

    [Fact]
    public async Task A_spec_that_does_not_parse_in_the_chroot_is_the_packagers()
    {
        var report = await Enqueue(Srpm.Make("unreadable", "true", header: "%{?dist:Nonsense: yes}")).Report;

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Matches("^The spec does not parse: error: line [0-9]+: Unknown tag: Nonsense", report.Why);
    }

    [Fact]
    public async Task A_BuildRequires_that_mock_finds_in_the_chroot_is_resolved_and_given_to_it()
    {
        var run = Enqueue(Srpm.Make("adds-zlib", "rpm -q zlib-devel", header: ForTarget + "zlib-devel}"));

        await run.Succeeded();

        Assert.Contains((await run.Report).Lock, package => package.Nevra.StartsWith("zlib-devel-", StringComparison.Ordinal));
        Assert.Contains("wants other packages than its source package said: zlib-devel", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_BuildRequires_that_no_repository_has_is_the_packagers_and_is_named()
    {
        var report = await Enqueue(Srpm.Make("adds-nothing", "true", header: ForTarget + "no-such-thing >= 7}")).Report;

        Assert.Equal((RunOutcome.Failed, "Nothing provides no-such-thing >= 7, which the package's BuildRequires ask for."), (report.Outcome, report.Why));
    }

    [Fact]
    public async Task What_a_script_of_the_spec_asks_for_is_resolved_too()
    {
        MockImage.RealOnly("The stand-in runs no spec");
        var run = Enqueue(Srpm.Make("dynamic", "which bison", prep: "%generate_buildrequires\necho bison"));

        await run.Succeeded();

        Assert.Contains((await run.Report).Lock, package => package.Nevra.StartsWith("bison-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lock_has_nothing_that_the_spec_in_the_chroot_no_longer_wants()
    {
        MockImage.RealOnly("The stand-in does not make the source package anew");
        var run = Enqueue(Srpm.Make("wants-less", "! rpm -q zlib-devel", header: "%{!?dist:BuildRequires: zlib-devel}"));

        await run.Succeeded();

        Assert.DoesNotContain((await run.Report).Lock, package => package.Nevra.StartsWith("zlib-devel-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_build_that_says_nothing_is_ended_for_its_silence()
    {
        var report = await Enqueue(Srpm.Make("hangs", "sleep 1000"), lease => lease with { Limits = lease.Limits with { SilenceSeconds = 8 } }).Report;

        Assert.Equal((RunOutcome.Failed, Breach.Silence(TimeSpan.FromSeconds(8)).Sentence), (report.Outcome, report.Why));
        Assert.Equal(Leftovers.None, await Leftovers.Settled(fixture));
    }

    [Fact]
    public async Task A_build_that_eats_all_memory_is_the_packagers()
    {
        var report = await Enqueue(Srpm.Make("eats", "set +x; all=x; while :; do all=$all$all; done"), lease => lease with { Limits = lease.Limits with { MemoryBytes = 512 << 20 } }).Report;

        Assert.Equal((RunOutcome.Failed, Breach.Memory(512 << 20).Sentence), (report.Outcome, report.Why));
    }

    [Theory]
    [InlineData("testos-unmountable", "hello-unmountable", "mock cannot mount: the container lacks CAP_SYS_ADMIN, during 'chroot init'. ERROR: Command failed: mount")]
    [InlineData("testos-1", "never-enough", "mock does not find in its repositories what was resolved for it and put there: gcc.")]
    [InlineData("testos-1", "confused", "mock failed beside rpmbuild. KeyError: 'nothing'")]
    [InlineData("testos-1", "full", "mock failed beside rpmbuild. ERROR: Can not copy full-1.0-3.src.rpm into resultdir /skyline/out: No space left on device")]
    [InlineData("testos-1", "elsewhere", "mock built in another buildroot than the lock: it lacks ")]
    public async Task What_is_not_the_builds_fault_goes_to_another_builder(string chroot, string package, string why)
    {
        MockImage.StandInOnly("A real mock does not fail so when it is told to");
        var report = await Enqueue(Srpm.Hello(package), lease => lease with { Buildroot = lease.Buildroot with { Chroot = chroot } }).Report;

        Assert.Equal(RunOutcome.Lost, report.Outcome);
        Assert.StartsWith(why, report.Why);
    }

    [Fact]
    public async Task mock_has_no_network_nothing_to_write_but_its_folders_and_no_capability_but_what_it_needs()
    {
        MockImage.StandInOnly("Only what is in mock's place can say what mock has");
        var run = Enqueue(Srpm.Make("escapes", "true"));

        await run.Succeeded();

        // SYS_CHROOT, SETUID, SETGID, CHOWN, DAC_OVERRIDE, FOWNER, FSETID, SETFCAP, MKNOD and SYS_ADMIN by their numbers (linux/capability.h).
        var needed = new[] { 18, 7, 6, 0, 1, 3, 4, 31, 27, 21 }.Sum(capability => 1L << capability);
        Assert.Equal([$"capabilities {needed:x16}"], run.Log.Split('\n').Where(line => line.StartsWith("wrote ", StringComparison.Ordinal) || line.StartsWith("has ", StringComparison.Ordinal) || line.StartsWith("capabilities ", StringComparison.Ordinal)));
    }

    FakeRun Enqueue(string srpm, Func<LeasedRun, LeasedRun>? with = null) => Server.Enqueue(srpm, lease =>
    {
        var whole = lease with { Buildroot = lease.Buildroot with { Mock = "whole" } };
        return with is null ? whole : with(whole);
    });
}
