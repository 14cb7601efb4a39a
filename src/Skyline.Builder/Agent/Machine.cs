using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>The machine that the agent runs on, as it tells the server with every question for work.</summary>
sealed class Machine(BuilderOptions options, DataFolder data, IReadOnlyList<string> foreign, string? mock, TimeProvider time)
{
    /// <summary>Memory that a build may want to have; fewer builds at once than a machine has cores for, where it has less.</summary>
    const long MemoryPerBuild = 4L << 30;
    /// <summary>A smaller disk than ten times this keeps a tenth free.</summary>
    const long UsuallyFree = 2L << 30;

    static readonly string? kernel = FirstLine("/proc/sys/kernel/osrelease"), distribution = PrettyName("/etc/os-release");

    /// <summary>What this process may use: a container's share, where it runs in one.</summary>
    public static int Cores => Environment.ProcessorCount;
    public static long MemoryBytes { get; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Two cores and the memory of a build for each, and at least one.</summary>
    public static int SlotsFor(int cores, long memoryBytes) => (int)Math.Clamp(Math.Min(cores / 2, memoryBytes / MemoryPerBuild), 1, 1024);

    public long KeepsFreeBytes { get; } = options.MinFreeBytes ?? Math.Min(UsuallyFree, data.TotalBytes / 10);

    /// <param name="trouble">Why no build can be started now.</param>
    public BuilderReport Report(string? trouble) => new(foreign, kernel, distribution, mock, Cores, MemoryBytes, data.FreeBytes, KeepsFreeBytes, options.Slots, time.GetUtcNow(), trouble);

    public static string? PrettyName(string osRelease) => Lines(osRelease)
        .Where(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal)).Select(line => line["PRETTY_NAME=".Length..].Trim('"', '\'')).FirstOrDefault();

    static string? FirstLine(string path) => Lines(path).FirstOrDefault();

    static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
