using System.Globalization;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>
/// Where no control group can be made (not root, or in a container): the processes below the build's first one are counted, and
/// their memory summed, a few times a second. A burst between two looks goes unseen; the resource limit on processes holds always.
/// </summary>
sealed class WatchedBounds(RunLimits limits, TimeProvider time) : IBounds
{
    static readonly long page = Environment.SystemPageSize;

    public IReadOnlyList<string> Around(IReadOnlyList<string> command, string? filter) =>
        Bounds.Joining([], filter, [.. Bounds.Files(limits), .. Libc.IsRoot ? [$"--nproc={limits.Processes + 8}"] : Array.Empty<string>(), .. command]);

    public Breach? Breached(int pid)
    {
        var below = Below(pid);
        return below.Sum(Resident) > limits.MemoryBytes ? Breach.Memory(limits.MemoryBytes)
            : below.Sum(Threads) > limits.Processes ? Breach.Processes(limits.Processes)
            : null;
    }

    /// <summary>What is in the build's own process namespace goes first, its init with it: the kernel ends all else in there before that is gone, and bubblewrap waits for it.</summary>
    public async Task End(Child child)
    {
        for (var waited = 0; child.IsAlive; waited++)
        {
            var below = Below(child.Id);
            foreach (var process in below.Count > 2 ? below.Skip(2) : waited < 10 ? [] : below) Libc.Kill(process);
            if (waited >= 50) child.Kill();
            await Task.Delay(TimeSpan.FromMilliseconds(10), time);
        }
    }

    /// <summary>A process and its descendants, parents first.</summary>
    static List<int> Below(int pid)
    {
        var parents = new Dictionary<int, List<int>>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)) continue;
            if (Stat(id) is not { } stat) continue;
            var parent = int.Parse(stat[1], CultureInfo.InvariantCulture);
            if (!parents.TryGetValue(parent, out var children)) parents[parent] = children = [];
            children.Add(id);
        }
        var found = new List<int> { pid };
        for (var next = 0; next < found.Count; next++) found.AddRange(parents.GetValueOrDefault(found[next], []));
        return found;
    }

    static long Resident(int pid) => Stat(pid) is { } stat ? long.Parse(stat[21], CultureInfo.InvariantCulture) * page : 0;

    static int Threads(int pid) => Stat(pid) is { } stat ? int.Parse(stat[17], CultureInfo.InvariantCulture) : 0;

    /// <summary>The fields of /proc/PID/stat after the name, which may hold anything: state first.</summary>
    static string[]? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // ended meanwhile
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
