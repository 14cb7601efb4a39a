namespace Skyline.Builder;

/// <summary>Whose fault an end of mock is.</summary>
enum MockFault
{
    None,
    /// <summary>The packager's: the run has failed.</summary>
    Build,
    /// <summary>BuildRequires that cannot be had: the packager's too, told in other words.</summary>
    Requires,
    /// <summary>The builder's, its container's or the chroot's: the run is lost, and another builder tries.</summary>
    Builder,
}

/// <summary>
/// mock's exit code, held against how far its state.log got. The codes are those of its exception.py (mock 6.7); a failed build was
/// seen to end with 1 as well as with 10, and 1 is also what Python itself ends with, so a code alone decides nothing of the build.
/// </summary>
static class MockEnd
{
    public static (MockFault Fault, string What) Of(int exit, MockState state) => exit switch
    {
        0 when state.IsFinished => (MockFault.None, ""),
        0 => (MockFault.Builder, "mock ended well and yet says that it has not finished"),
        1 or 10 when state.HasBegunRpmbuild => (MockFault.Build, "rpmbuild failed"),
        30 when IsAtRequires(state) => (MockFault.Requires, "BuildRequires cannot be had"),
        _ => (MockFault.Builder, $"{Name(exit)}{Where(state)}"),
    };

    /// <summary>The chroot's own packages are installed before; what fails there is the chroot's.</summary>
    static bool IsAtRequires(MockState state) => !state.HasBegunRpmbuild && state.HasSetUpBuild;

    static string Where(MockState state) => state.Open.Count > 0 ? $", during '{state.Open[^1]}'" : "";

    static string Name(int exit) => exit switch
    {
        1 or 10 => "mock failed before rpmbuild began",
        2 => "mock is not permitted to run: its user is not in the group 'mock'",
        3 => "mock does not understand its configuration",
        5 => "mock does not understand its command line",
        6 => "mock cannot build for this architecture",
        11 => "mock ended the build for its time",
        20 => "mock cannot make the root",
        25 or 65 => "mock's LVM plugin failed",
        30 => "the package manager failed",
        31 => "mock cannot install external dependencies",
        32 => "mock cannot mount: the container lacks CAP_SYS_ADMIN",
        40 => "mock cannot read the source package",
        60 => "mock's root is in use by another mock",
        70 => "mock cannot write its result folder",
        80 => "mock cannot make its namespaces",
        90 => "mock's bootstrap root failed",
        110 => "mock failed in an impossible state",
        137 => "mock was killed: out of memory?",
        _ => $"mock ended with {exit}",
    };
}
