namespace Skyline.Builder;

/// <summary>
/// The agent's folder, one agent's alone and closed to everybody else: what a build may see of it is mounted where the build is.
/// </summary>
sealed class DataFolder : IDisposable
{
    const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    readonly FileStream claim;

    DataFolder(string root, FileStream claim, string agentId) => (Root, this.claim, AgentId) = (root, claim, agentId);

    public string Root { get; }
    /// <summary>Marks whatever this agent starts, so that it sweeps its own and no other's.</summary>
    public string AgentId { get; }
    public string Runs => Path.Combine(Root, "runs");
    public string Buildroots => Path.Combine(Root, "buildroots");
    /// <summary>A slot's folder each.</summary>
    public string Metadata => Path.Combine(Root, "metadata");
    public string Packages => Path.Combine(Root, "packages");
    /// <summary>For trying things out at start.</summary>
    public string Probe => Path.Combine(Root, "probe");
    public string Keys => Path.Combine(Root, "keys");
    /// <summary>Device nodes for builds, a slot's each.</summary>
    public string Devices => Path.Combine(Root, "devices");
    /// <summary>The filters of calls that bubblewrap sets (SeccompFilter): for builds, and for installing packages.</summary>
    public string BuildFilter => Path.Combine(Root, "build.bpf");
    public string InstallFilter => Path.Combine(Root, "install.bpf");
    /// <summary>The same as an engine's profile, for those that read it from a file.</summary>
    public string SeccompProfile => Path.Combine(Root, "seccomp.json");
    /// <summary>mock's roots and caches, a slot's each.</summary>
    public string Mock => Path.Combine(Root, "mock");
    /// <summary>The kernel that virtual machines start.</summary>
    public string Vm => Path.Combine(Root, "vm");

    /// <summary>As old as the server's last answer.</summary>
    public string Heard => HeardIn(Root);
    public static string HeardIn(string root) => Path.Combine(root, "heard");

    public string MetadataOf(int slot) => Path.Combine(Metadata, slot.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <exception cref="BuilderBrokeException">Another agent has it, or it cannot be written.</exception>
    public static DataFolder Open(string path)
    {
        var root = Path.GetFullPath(path);
        if (root.AsSpan().IndexOfAny(",:\\\"\n") >= 0) throw new BuilderBrokeException($"--data {root}: mounts cannot be made below a name with a comma, colon, backslash or quote. Choose another folder.");
        try
        {
            Directory.CreateDirectory(root, Own);
            var claim = new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            // As the kernel names it in its list of mounts, whatever links led here.
            root = Path.GetDirectoryName(new FileInfo($"/proc/self/fd/{claim.SafeFileHandle.DangerousGetHandle()}").LinkTarget)!;
            var data = new DataFolder(root, claim, ReadId(root));
            foreach (var folder in new[] { data.Runs, data.Buildroots, data.Metadata, data.Packages, data.Keys }) Directory.CreateDirectory(folder, Own);
            return data;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new BuilderBrokeException($"--data {root} cannot be written: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new BuilderBrokeException($"--data {root} cannot be used; does another builder run with it? Give each its own. ({e.Message})", e);
        }
    }

    /// <summary>A run's work folder is a file system of its own here (RunDisk).</summary>
    public bool MakesDisks { get; set; }

    /// <summary>What stays free on the disk beside what is set aside for runs.</summary>
    public long KeepsFreeBytes { get; set; }

    /// <summary>Bytes left on the disk that runs and buildroots are on.</summary>
    public long FreeBytes => new DriveInfo(Root).AvailableFreeSpace;

    public long TotalBytes => new DriveInfo(Root).TotalSize;

    static string ReadId(string root)
    {
        var path = Path.Combine(root, "agent-id");
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: 12 } known) return known;
        var made = Guid.NewGuid().ToString("N")[..12];
        File.WriteAllText(path, made + "\n");
        return made;
    }

    public void Dispose() => claim.Dispose();
}
