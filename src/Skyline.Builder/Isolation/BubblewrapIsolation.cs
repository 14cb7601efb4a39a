using Microsoft.Extensions.Logging;

namespace Skyline.Builder;

/// <summary>
/// A build in a bubblewrap: namespaces of its own, and outside them a user that owns nothing else on this machine. When root runs
/// the agent, a first bubblewrap only puts the two folders where that user can reach them.
/// </summary>
sealed class BubblewrapIsolation(DataFolder data, uint firstUser, TimeProvider time, ILogger log) : IIsolation
{
    const string StagedRoot = "/mnt/root", StagedWork = "/mnt/build";
    readonly string? filter = File.Exists(data.BuildFilter) ? data.BuildFilter : null;
    bool watched, ownDevices = Libc.IsRoot;

    public string Name => "bubblewrap";
    public bool SeesMounts => true;
    public uint OwnerOf(int slot) => Libc.IsRoot ? firstUser + (uint)slot : Libc.EffectiveUser;

    /// <summary>Tries it, with a small command in a root of this machine's own programs; first with device nodes of its own.</summary>
    /// <returns>null when it works; else why not.</returns>
    public async Task<string?> Probe(CancellationToken ct)
    {
        try
        {
            var (root, programs) = ProbeRoot();
            var work = Directory.CreateDirectory(Path.Combine(data.Probe, "work")).FullName;
            if (Libc.IsRoot) Libc.Own(work, OwnerOf(0));
            var chamber = new Chamber(0, 0, root, work, ["/usr/bin/dd", "if=/dev/zero", "of=/dev/null", "count=1", "status=none"], new(0, 0, 0, 0, 0, 0));
            var (code, said) = await Try(chamber, programs, ct);
            if (code != 0 && ownDevices)
            {
                ownDevices = false;
                var withOwn = said;
                (code, said) = await Try(chamber, programs, ct);
                if (code == 0) log.LogWarning("Builds share this machine's /dev/null, since no device nodes can be made in {Folder}: {Why}", data.Devices, withOwn);
            }
            if (filter is null) log.LogWarning("No filter of system calls under bubblewrap: those of this machine's architecture are not known to this program");
            return code switch { 0 => null, 127 => "bubblewrap is not installed (its package is called bubblewrap)", _ => $"bubblewrap does not work here: {said}" };
        }
        finally
        {
            await RemoveTree.At(data.Probe);
        }
    }

    async Task<(int Code, string Said)> Try(Chamber chamber, IReadOnlyList<string> programs, CancellationToken ct)
    {
        if (ownDevices && await MakeDevices(chamber.Slot, ct) is { } why) return (1, why);
        var (code, output, errors) = await Child.Run(Bounds.Joining([], filter, Command(chamber, programs)), default, ct);
        return (code, Child.Tail(errors + output));
    }

    string DevicesOf(int slot) => Path.Combine(data.Devices, $"{slot}");

    /// <summary>
    /// /dev/null and the like as files of the slot's own: a lock on the machine's would reach from one build to another, and to all else
    /// that has it open.
    /// </summary>
    /// <returns>null when they are there; else why not.</returns>
    async Task<string?> MakeDevices(int slot, CancellationToken ct)
    {
        var folder = DevicesOf(slot);
        if (File.Exists(Path.Combine(folder, "tty"))) return null;
        Directory.CreateDirectory(folder);
        var (code, _, errors) = await Child.Run(["cp", "--archive", "--", "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", folder], default, ct);
        return code == 0 ? null : Child.Tail(errors);
    }

    /// <summary>A root with places to mount on; at its top, links as this machine has them, and folders to bind.</summary>
    (string Root, IReadOnlyList<string> Programs) ProbeRoot()
    {
        var root = Path.Combine(data.Probe, "root");
        foreach (var name in new[] { "usr", "dev", "proc", "tmp", "var/tmp", "builddir" }) Directory.CreateDirectory(Path.Combine(root, name));
        var programs = new List<string> { "--ro-bind", "/usr", "/usr" };
        foreach (var name in new[] { "lib", "lib64" }.Where(name => Path.Exists("/" + name)))
        {
            if (new FileInfo("/" + name).LinkTarget is { } target) File.CreateSymbolicLink(Path.Combine(root, name), target);
            else programs.AddRange(["--ro-bind", Directory.CreateDirectory(Path.Combine(root, name)).FullName[root.Length..], "/" + name]);
        }
        return (root, programs);
    }

    public async Task<IRunningBuild> Start(Chamber chamber, Action<ReadOnlySpan<byte>> output, CancellationToken ct)
    {
        if (ownDevices && await MakeDevices(chamber.Slot, ct) is { } why) throw new BuilderBrokeException($"A build's device nodes cannot be made in {DevicesOf(chamber.Slot)}: {why}");
        var bounds = MakeBounds(chamber);
        try
        {
            return new BubblewrapBuild(await Child.Start(bounds.Around(Command(chamber, []), filter)), bounds, output);
        }
        catch
        {
            await bounds.DisposeAsync();
            throw;
        }
    }

    IBounds MakeBounds(Chamber chamber)
    {
        if (Libc.IsRoot && !watched)
        {
            try
            {
                return new CgroupBounds(Cgroup.Make(data.AgentId, $"run-{chamber.RunId}-{Guid.NewGuid().ToString("N")[..8]}", chamber.Limits), chamber.Limits, time);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                watched = true;
                log.LogWarning("No control groups here ({Why}): memory and processes of builds are watched instead, which is coarser", e.Message);
            }
        }
        return new WatchedBounds(chamber.Limits, time);
    }

    IReadOnlyList<string> Command(Chamber chamber, IReadOnlyList<string> extra) => !Libc.IsRoot
        ? ["bwrap", .. Apart(chamber, chamber.Root, chamber.Work, extra)]
        :
        [
            "bwrap", "--die-with-parent", .. Confinement.Programs(), "--dev-bind", "/proc", "/proc", "--dev-bind", ownDevices ? DevicesOf(chamber.Slot) : "/dev", "/dev",
            // The second one starts from a mount on /tmp.
            "--tmpfs", "/tmp", "--perms", "0755", "--dir", "/mnt", "--ro-bind", chamber.Root, StagedRoot, "--bind", chamber.Work, StagedWork, "--",
            "setpriv", $"--reuid={OwnerOf(chamber.Slot)}", $"--regid={OwnerOf(chamber.Slot)}", "--clear-groups", "--no-new-privs", "--",
            "bwrap", .. Apart(chamber, StagedRoot, StagedWork, extra),
        ];

    IReadOnlyList<string> Apart(Chamber chamber, string root, string work, IReadOnlyList<string> extra) =>
    [
        "--unshare-user", "--disable-userns", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
        "--uid", $"{Chamber.User}", "--gid", $"{Chamber.User}", "--hostname", Chamber.HostName,
        // As process 1 the build's own script cannot be killed from within, and all else ends with it.
        "--cap-drop", "ALL", "--new-session", "--die-with-parent", "--as-pid-1",
        "--ro-bind", root, "/", .. extra, "--dev", "/dev", .. Temporary(chamber, "/dev/shm"), "--remount-ro", "/dev", "--proc", "/proc", .. Kernel(),
        .. Temporary(chamber, "/tmp"), .. Temporary(chamber, "/var/tmp"),
        "--bind", work, "/builddir", "--chdir", "/builddir", .. Bounds.Filter(filter), "--", .. chamber.Command,
    ];

    /// <summary>As engines do: its settings may be read (some are the namespaces' own), and what tells of the machine may not.</summary>
    static IEnumerable<string> Kernel() =>
    [
        "--ro-bind", "/proc/sys", "/proc/sys",
        .. new[] { "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/latency_stats", "/proc/sched_debug" }.Where(File.Exists).SelectMany(file => new[] { "--ro-bind", "/dev/null", file }),
    ];

    static string[] Temporary(Chamber chamber, string at) =>
        ["--perms", "1777", .. chamber.Limits.MemoryBytes > 0 ? ["--size", $"{chamber.Limits.MemoryBytes}"] : Array.Empty<string>(), "--tmpfs", at];

    public Task<int> Sweep(CancellationToken ct) => Libc.IsRoot ? Cgroup.Sweep(data.AgentId, time) : Task.FromResult(0);

    public ValueTask DisposeAsync()
    {
        if (Libc.IsRoot) Cgroup.RemoveParents(data.AgentId);
        return ValueTask.CompletedTask;
    }
}
