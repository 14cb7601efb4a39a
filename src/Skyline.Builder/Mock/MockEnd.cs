namespace Skyline.Builder;

/// <summary>Whose fault an end of mock is.</summary>
enum MockFault
{
    None,
    /// <summary>The packager's: the run has failed.</summary>
    Build,
    /// <summary>Packages were asked for that mock was not given: more of them are resolved, or the packager is told that there are none.</summary>
    Requires,
    /// <summary>The builder's, its container's or the chroot's: the run is lost, and another builder tries.</summary>
    Builder,
}

/// <summary>
/// mock's exit code, held against how far its state.log got and how the last program of the build ended, which build.log says. The
/// codes are those of its exception.py (mock 6.7), but they are not all: where a program of the build fails, mock ends with that
/// program's own code, whichever it is, and where Python fails, with 1. So a code alone decides nothing of the build.
/// </summary>
static class MockEnd
{
    /// <param name="lastReturn">How rpmbuild ended, when it ran last; null where it did not get to run.</param>
    public static (MockFault Fault, string What) Of(int exit, MockState state, int? lastReturn) => exit switch
    {
        0 when state.IsFinished => (MockFault.None, ""),
        0 => (MockFault.Builder, "mock ended well and yet says that it has not finished"),
        _ when !state.HasSetUpBuild || IsOfTheMachine(exit) => (MockFault.Builder, $"{Name(exit)}{Where(state)}"),
        11 when state.HasBegunRpmbuild => (MockFault.Build, Name(exit)),
        30 => (MockFault.Requires, "BuildRequires cannot be had"),
        31 => (MockFault.Build, "The spec asks for dependencies of another kind than packages (external:…), which this builder does not install"),
        40 => (MockFault.Build, "The source package cannot be built from"),
        // The shell in the root found no rpmbuild, or could not run it.
        _ when lastReturn is 126 or 127 => (MockFault.Builder, $"the chroot has no rpmbuild that runs{Where(state)}"),
        _ when lastReturn is null or 0 => (MockFault.Builder, $"{Name(exit)}{Where(state)}"),
        _ => (MockFault.Build, state.HasBegunRpmbuild ? "rpmbuild failed" : "The spec does not parse"),
    };

    /// <summary>What no build can be the reason for.</summary>
    static bool IsOfTheMachine(int exit) => exit is 2 or 3 or 5 or 6 or 7 or 25 or 32 or 60 or 65 or 70 or 80 or 90 or 110 or 120 or 129 or 137 or 141 or 143;

    static string Where(MockState state) => state.Open.Count > 0 ? $", during '{state.Open[^1]}'" : "";

    public static string Name(int exit) => exit switch
    {
        1 or 10 => "mock failed beside rpmbuild",
        2 => "mock is not permitted to run: its user is not in the group 'mock'",
        3 => "mock does not understand its configuration",
        5 => "mock does not understand its command line",
        6 => "mock cannot build for this architecture",
        7 or 129 or 141 or 143 => "mock was told to end",
        11 => "mock ended the build for its time",
        20 => "mock cannot make the root",
        25 or 65 => "mock's LVM plugin failed",
        30 => "the package manager failed",
        31 => "mock cannot install external dependencies",
        32 => "mock cannot mount: the container lacks CAP_SYS_ADMIN",
        40 => "mock cannot read the source package",
        50 => "mock does not understand what it is to do",
        60 => "mock's root is in use by another mock",
        70 => "mock cannot write its result folder",
        80 => "mock cannot make its namespaces",
        90 => "mock's bootstrap root failed",
        110 => "mock failed in an impossible state",
        120 => "the image lacks a program that mock needs",
        137 => "mock was killed",
        _ => $"mock ended with {exit}",
    };
}
