using System.Globalization;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>How a build that no engine bounds is bounded: by a control group, or, where none can be made, by resource limits and watching.</summary>
interface IBounds : IAsyncDisposable
{
    /// <summary>The command, so that it starts inside the bounds, with the filter of calls for its bubblewrap.</summary>
    IReadOnlyList<string> Around(IReadOnlyList<string> command, string? filter);

    /// <param name="pid">The process that Around's command was started as.</param>
    Breach? Breached(int pid);

    /// <summary>Ends every process that was started within, waits for the last, and removes the bounds.</summary>
    Task End(Child child);
}

static class Bounds
{
    /// <summary>
    /// Constant: joins the groups named first, opens the filter of calls, if there is one, then becomes the command. With one pipe for
    /// output and errors, order in the log is the order of writing.
    /// </summary>
    const string Join = """while [ "$1" != -- ]; do echo $$ >"$1" || exit 97; shift; done; shift; [ -z "$1" ] || exec 9<"$1"; shift; exec "$@" """;
/// <summary>Output and errors: in one pipe; each in its own; each in its own, and known by 3 and 4 too.</summary>
    public const string Together = "2>&1", Apart = "", Numbered = "3>&1 4>&2";

    /// <summary>What bubblewrap is told of the filter that Joining opened.</summary>
    public static string[] Filter(string? file) => file is null ? [] : ["--seccomp", "9"];

    /// <param name="filter">File with a filter of calls, for the bubblewrap in the command.</param>
    /// <param name="streams">Where output and errors go.</param>
    public static IReadOnlyList<string> Joining(IEnumerable<string> gates, string? filter, IReadOnlyList<string> command, string streams = Together) =>
        ["/bin/sh", "-c", Join + streams, "sh", .. gates, "--", filter ?? "", .. command];

    /// <summary>Open files a build may have, if it asks for more than the usual 1024: as many as the agent itself may have, within reason.</summary>
    public static long OpenFiles { get; } = Math.Min(65536, Hard("Max open files") ?? 65536);

    /// <summary>Processes that a user of this machine may have, at most as many as there can be.</summary>
    public static long UsersProcesses { get; } = Math.Min(Hard("Max processes") ?? long.MaxValue, long.Parse(File.ReadAllText("/proc/sys/kernel/pid_max"), CultureInfo.InvariantCulture));

    static long? Hard(string name) => File.ReadLines("/proc/self/limits")
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
        .Select(hard => long.TryParse(hard, CultureInfo.InvariantCulture, out var number) ? number : (long?)null).First();

    /// <summary>No file larger than the disk limit, no core dumps; and whoever else wants the disk goes first.</summary>
    public static IReadOnlyList<string> Files(RunLimits limits) =>
        ["ionice", "--class", "best-effort", "--classdata", "7", "prlimit", $"--fsize={limits.DiskBytes}", "--core=0", $"--nofile={Math.Min(1024, OpenFiles)}:{OpenFiles}"];
}
