using System.Globalization;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>
/// A build's control group: its bounds on memory, processes and processor, what went over them, and a way to end every process
/// in it. Version 1 has a folder per controller, version 2 one.
/// </summary>
sealed class Cgroup(IReadOnlyList<string> folders, RunLimits limits)
{
    const string Mount = "/sys/fs/cgroup";

    /// <summary>What a process writes its id into to be in it.</summary>
    public IReadOnlyList<string> Gates => [.. folders.Select(folder => Path.Combine(folder, "cgroup.procs"))];

    static bool IsV2 => File.Exists(Mount + "/cgroup.controllers");

    static string ParentOf(string agentId, string? controller) => Path.Combine(Mount, controller ?? "", "skyline-" + agentId);

    static IEnumerable<string?> Controllers => IsV2 ? [null] : ["memory", "pids", "cpu"];

    /// <exception cref="IOException">This kernel, or a container around the agent, does not let it.</exception>
    public static Cgroup Make(string agentId, string name, RunLimits limits)
    {
        var folders = new List<string>();
        foreach (var controller in Controllers)
        {
            var parent = Directory.CreateDirectory(ParentOf(agentId, controller)).FullName;
            if (controller is null) Enable(Path.Combine(parent, "cgroup.subtree_control"));
            folders.Add(Directory.CreateDirectory(Path.Combine(parent, name)).FullName);
        }
        var made = new Cgroup(folders, limits);
        made.Bound();
        return made;
    }

    /// <summary>Of version 2; not every kernel has the one for disks.</summary>
    static void Enable(string control)
    {
        File.WriteAllText(control, "+memory +pids +cpu");
        try
        {
            File.WriteAllText(control, "+io");
        }
        catch (IOException) { }
    }

    /// <summary>The group that a process of another engine is in; only its counters are of use.</summary>
    /// <returns>null where the agent cannot see them.</returns>
    public static Cgroup? Of(long pid, RunLimits limits)
    {
        try
        {
            var folders = File.ReadLines($"/proc/{pid}/cgroup").Select(line => line.Split(':', 3))
                .Where(parts => parts[1] is "" && IsV2 || parts[1].Split(',').Any(name => name is "memory" or "pids"))
                .Select(parts => Path.Combine(Mount, parts[1], parts[2].TrimStart('/')))
                .Where(Directory.Exists).ToList();
            return folders.Count > 0 ? new(folders, limits) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    void Bound()
    {
        var memory = limits.MemoryBytes.ToString(CultureInfo.InvariantCulture);
        var pids = limits.Processes.ToString(CultureInfo.InvariantCulture);
        var cpu = ((long)(limits.Cpus * 100_000)).ToString(CultureInfo.InvariantCulture);
        if (IsV2)
        {
            Set("memory.max", memory);
            Try("memory.swap.max", "0");
            Set("pids.max", pids);
            Try("cpu.max", cpu + " 100000");
            // Out of memory, a build ends as a whole. Beside others that want the disk it has a fifth of their share.
            Try("memory.oom.group", "1");
            Try("io.weight", "default 20");
            return;
        }
        Set("memory.limit_in_bytes", memory);
        Try("memory.memsw.limit_in_bytes", memory);
        Set("pids.max", pids);
        Try("cpu.cfs_quota_us", cpu);
    }

    /// <summary>Memory: a process was killed for want of it. Processes: one could not be started.</summary>
    public Breach? Breached() =>
        Counter("memory.events", "oom_kill") + Counter("memory.oom_control", "oom_kill") > 0 ? Breach.Memory(limits.MemoryBytes)
        : Counter("pids.events", "max") > 0 ? Breach.Processes(limits.Processes)
        : null;

    /// <summary>Kills all in it, until there is nothing left, and removes it.</summary>
    public async Task Remove(TimeProvider time)
    {
        for (var waited = 0; Members().Count > 0; waited++)
        {
            if (waited > 500) throw new BuilderBrokeException($"Processes of a build do not end: {string.Join(' ', Members())} in {folders[0]}.");
            foreach (var pid in Members()) Libc.Kill(pid);
            await Task.Delay(TimeSpan.FromMilliseconds(10), time);
        }
        foreach (var folder in folders.Where(Directory.Exists)) Directory.Delete(folder);
    }

    /// <summary>Kills what is in a container's group, which its engine removes by itself. Only if it is that container's alone.</summary>
    public void KillContainer(string id)
    {
        if (!folders.All(folder => Path.GetFileName(folder).Contains(id, StringComparison.Ordinal))) return;
        foreach (var pid in Members()) Libc.Kill(pid);
    }

    /// <summary>Removes every group that an earlier life of the agent left.</summary>
    public static async Task<int> Sweep(string agentId, TimeProvider time)
    {
        var names = Controllers.Select(controller => ParentOf(agentId, controller)).Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories).ToList();
        foreach (var folder in names) await new Cgroup([folder], new(0, 0, 0, 0, 0, 0)).Remove(time);
        RemoveParents(agentId);
        return names.Select(Path.GetFileName).Distinct().Count();
    }

    /// <summary>The agent's own groups, when no build's is in them.</summary>
    public static void RemoveParents(string agentId)
    {
        foreach (var folder in Controllers.Select(controller => ParentOf(agentId, controller)).Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (IOException) { }
        }
    }

    List<int> Members() =>
        [.. folders.Select(folder => Path.Combine(folder, "cgroup.procs")).Where(File.Exists).SelectMany(File.ReadLines)
            .Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Distinct()];

    void Set(string file, string value) => File.WriteAllText(Find(file) ?? throw new IOException($"the control groups here have no {file}"), value);

    /// <summary>For what some kernels are built without.</summary>
    void Try(string file, string value)
    {
        if (Find(file) is not { } path) return;
        try
        {
            File.WriteAllText(path, value);
        }
        catch (IOException) { }
    }

    long Counter(string file, string name)
    {
        try
        {
            return Find(file) is { } path && File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal)) is { } found
                ? long.Parse(found.AsSpan(name.Length + 1), CultureInfo.InvariantCulture) : 0;
        }
        catch (IOException)
        {
            return 0; // gone with its container
        }
    }

    string? Find(string file) => folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
}
