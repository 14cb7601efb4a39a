namespace Skyline.Cli;

/// <summary>What the program ends with; scripts rely on the numbers. <see cref="ExitCodes.Table"/> says them to people.</summary>
enum ExitCode
{
    Ok = 0,
    BuildFailed = 1,
    Usage = 2,
    Refused = 3,
    Unreachable = 4,
    Cancelled = 5,
    TimedOut = 6,
    Damaged = 7,
    Waits = 8,
    Defect = 70,
    Interrupted = 130,
    ReaderGone = 141,
}

static class ExitCodes
{
    /// <summary>The one table: the help prints it, and docs/cli.md has the same rows (a test compares them).</summary>
    public static readonly IReadOnlyList<(ExitCode Code, string Meaning)> Table =
    [
        (ExitCode.Ok, "done"),
        (ExitCode.BuildFailed, "a build failed, or what was compared differs"),
        (ExitCode.Usage, "the command line, a local file or the saved login cannot be used"),
        (ExitCode.Refused, "the server refused, or does not have what was asked for"),
        (ExitCode.Unreachable, "the server cannot be reached, or is broken: worth another try later"),
        (ExitCode.Cancelled, "a build was cancelled"),
        (ExitCode.TimedOut, "what was waited for did not come in time"),
        (ExitCode.Damaged, "a check found something that is not as it should be"),
        (ExitCode.Waits, "nothing was changed yet: it waits for a second person"),
        (ExitCode.Defect, "a defect in skyline itself"),
        (ExitCode.Interrupted, "interrupted (Ctrl-C)"),
        (ExitCode.ReaderGone, "whoever read the output has gone (skyline log 17 | head)"),
    ];
}
