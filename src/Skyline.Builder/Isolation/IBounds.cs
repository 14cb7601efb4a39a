using System.Globalization;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>How a build that no engine bounds is bounded: by a control group, or, where none can be made, by resource limits and watching.</summary>
interface IBounds : IAsyncDisposable
{
    /// <summary>The command, so that it starts inside the bounds.</summary>
    IReadOnlyList<string> Around(IReadOnlyList<string> command);

    /// <param name="pid">The process that Around's command was started as.</param>
    Breach? Breached(int pid);

    /// <summary>Ends every process that was started within, waits for the last, and removes the bounds.</summary>
    Task End(Child child);
}

static class Bounds
{
    /// <summary>
    /// Constant: joins the groups named first, then becomes the command, with one pipe for output and errors. Makes order in the log
    /// the order of writing.
    /// </summary>
    const string Join = """while [ "$1" != -- ]; do echo $$ >"$1" || exit 97; shift; done; shift; exec "$@" 2>&1""";

    public static IReadOnlyList<string> Joining(IEnumerable<string> gates, IReadOnlyList<string> command) => ["/bin/sh", "-c", Join, "sh", .. gates, "--", .. command];

    /// <summary>Open files a build may have, if it asks for more than the usual 1024: as many as the agent itself may have, within reason.</summary>
    public static long OpenFiles { get; } = Math.Min(65536, Hard("Max open files") ?? 65536);

    /// <summary>Processes that a user of this machine may have, at most as many as there can be.</summary>
    public static long UsersProcesses { get; } = Math.Min(Hard("Max processes") ?? long.MaxValue, long.Parse(File.ReadAllText("/proc/sys/kernel/pid_max"), CultureInfo.InvariantCulture));

    static long? Hard(string name) => File.ReadLines("/proc/self/limits")
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
        .Select(hard => long.TryParse(hard, CultureInfo.InvariantCulture, out var number) ? number : (long?)null).First();

    /// <summary>No file larger than the disk limit, no core dumps.</summary>
    public static IReadOnlyList<string> Files(RunLimits limits) =>
        ["prlimit", $"--fsize={limits.DiskBytes}", "--core=0", $"--nofile={Math.Min(1024, OpenFiles)}:{OpenFiles}"];
}
