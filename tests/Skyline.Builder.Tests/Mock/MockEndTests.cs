using Skyline.Protocol;

namespace Skyline.Builder.Tests.Mock;

/// <summary>state.log as mock 6.7 wrote it in real runs, one each that succeeded, failed in %build, and lacked a BuildRequires.</summary>
public sealed class MockEndTests
{
    const string Begun = """
        2026-11-22 23:54:53,495 - Mock Version: unreleased_version
        2026-11-22 23:54:53,497 - Start: chroot init
        2026-11-22 23:54:53,501 - Start: unpacking root cache
        2026-11-22 23:54:57,983 - Finish: unpacking root cache
        2026-11-22 23:54:58,248 - Start: dnf4 update
        2026-11-22 23:54:58,642 - Finish: dnf4 update
        2026-11-22 23:54:58,733 - Finish: chroot init
        2026-11-22 23:54:58,733 - Start: build phase for hello-1.0-1.src.rpm
        2026-11-22 23:54:58,733 - Start: build setup for hello-1.0-1.src.rpm
        2026-11-22 23:54:59,121 - Finish: build setup for hello-1.0-1.src.rpm

        """;

    const string Rpmbuild = """
        2026-11-22 23:54:59,121 - Start: rpmbuild hello-1.0-1.src.rpm
        2026-11-22 23:54:59,121 - Start: Outputting list of installed packages
        2026-11-22 23:54:59,143 - Finish: Outputting list of installed packages
        2026-11-22 23:54:59,406 - Finish: rpmbuild hello-1.0-1.src.rpm
        2026-11-22 23:54:59,407 - Finish: build phase for hello-1.0-1.src.rpm

        """;

    const string Cleaned = """
        2026-11-22 23:54:59,408 - Start: clean chroot
        2026-11-22 23:54:59,660 - Finish: clean chroot

        """;

    /// <summary>Of `mock --buildsrpm`, by its source (backend.py): begun, and done.</summary>
    const string SourceBegun = """
        2026-11-22 23:54:53,497 - Start: chroot init
        2026-11-22 23:54:58,733 - Finish: chroot init
        2026-11-22 23:54:58,734 - Start: buildsrpm

        """;

    const string SourceDone = """
        2026-11-22 23:54:58,740 - Start: rpmbuild -bs
        2026-11-22 23:54:59,121 - Finish: rpmbuild -bs
        2026-11-22 23:54:59,122 - Finish: buildsrpm

        """;

    const string Ended = "2026-11-22 23:54:59,660 - Finish: run\n";

    [Fact]
    public void The_phases_of_a_build_are_told_as_its_state_log_grows()
    {
        var state = new MockState();

        Assert.Equal([RunPhase.Buildroot, RunPhase.Buildroot, RunPhase.Rpmbuild, RunPhase.Upload], (Begun + Rpmbuild + Cleaned + Ended).Split('\n').Select(state.Read).OfType<RunPhase>());
        Assert.True(state.IsFinished);
        Assert.Empty(state.Open);
    }

    [Theory]
    [InlineData(0, Begun + Rpmbuild + Cleaned + Ended, 0, MockFault.None)]
    [InlineData(1, Begun + Rpmbuild + Cleaned, 1, MockFault.Build)]
    [InlineData(10, Begun + Rpmbuild + Cleaned, 1, MockFault.Build)]
    // mock ends with the code of the program that failed, killed by a signal too.
    [InlineData(247, Begun + Rpmbuild + Cleaned, -9, MockFault.Build)]
    [InlineData(11, Begun + Rpmbuild + Cleaned, null, MockFault.Build)]
    [InlineData(40, Begun + Cleaned, 0, MockFault.Build)]
    [InlineData(31, Begun + Cleaned, 0, MockFault.Build)]
    // `rpmbuild -bs` in the setup.
    [InlineData(1, Begun + Cleaned, 1, MockFault.Build)]
    [InlineData(30, Begun + Cleaned, 0, MockFault.Requires)]
    // %generate_buildrequires.
    [InlineData(30, Begun + Rpmbuild + Cleaned, 11, MockFault.Requires)]
    // The package manager failed before there was a root: the repositories, not the package.
    [InlineData(30, "2026-11-22 23:54:53,497 - Start: chroot init\n", null, MockFault.Builder)]
    [InlineData(32, "2026-11-22 23:54:53,497 - Start: chroot init\n", null, MockFault.Builder)]
    [InlineData(20, "2026-11-22 23:54:53,497 - Start: chroot init\n", null, MockFault.Builder)]
    // Python's own end after an exception, before rpmbuild and after it.
    [InlineData(1, Begun, null, MockFault.Builder)]
    [InlineData(1, Begun + Rpmbuild + Cleaned, 0, MockFault.Builder)]
    [InlineData(127, Begun + Rpmbuild + Cleaned, 127, MockFault.Builder)]
    [InlineData(0, Begun + Rpmbuild, 0, MockFault.Builder)]
    [InlineData(60, Begun, 1, MockFault.Builder)]
    [InlineData(137, Begun + Rpmbuild, 1, MockFault.Builder)]
    [InlineData(143, Begun + Rpmbuild, 1, MockFault.Builder)]
    [InlineData(42, "", null, MockFault.Builder)]
    [InlineData(0, SourceBegun + SourceDone + Cleaned + Ended, 0, MockFault.None)]
    [InlineData(1, SourceBegun + SourceDone + Cleaned, 1, MockFault.Build)]
    // The sources cannot be read, and there is no rpmbuild.
    [InlineData(1, SourceBegun + Cleaned, null, MockFault.Builder)]
    [InlineData(127, SourceBegun + SourceDone + Cleaned, 127, MockFault.Builder)]
    public void An_exit_code_is_held_against_how_far_the_logs_got(int exit, string log, int? lastReturn, object fault)
    {
        Assert.Equal(fault, MockEnd.Of(exit, Read(log), lastReturn).Fault);
    }

    [Fact]
    public void A_source_package_that_is_not_made_is_the_specs_fault_and_no_builds()
    {
        var state = Read(SourceBegun + SourceDone);

        Assert.Equal((MockFault.Build, "The spec does not parse"), MockEnd.Of(1, state, 1));
        Assert.False(state.HasBegunRpmbuild);
    }

    [Fact]
    public void A_builders_fault_names_the_step_it_happened_in()
    {
        Assert.Equal("mock cannot mount: the container lacks CAP_SYS_ADMIN, during 'chroot init'", MockEnd.Of(32, Read("2026-11-22 23:54:53,497 - Start: chroot init\n"), null).What);
    }

    [Fact]
    public void What_a_build_writes_that_looks_like_the_log_but_is_not_changes_nothing()
    {
        var state = Read("Finish: run\n - Start: rpmbuild x\n2026-11-22 23:54:53,497 - Start: " + new string('x', 600) + "\n");

        Assert.False(state.IsFinished || state.HasBegunRpmbuild);
        Assert.Empty(state.Open);
    }

    static MockState Read(string log)
    {
        var state = new MockState();
        foreach (var line in log.Split('\n')) state.Read(line);
        return state;
    }
}
