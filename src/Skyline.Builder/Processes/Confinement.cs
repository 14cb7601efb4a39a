namespace Skyline.Builder;

/// <summary>
/// How the builder's own tools that touch strangers' data (dnf on metadata, rpm with its scriptlets) are kept from the machine:
/// a bubblewrap of their own with a read-only file system. Where bubblewrap does not work they run as they are, and Why says so.
/// </summary>
sealed record Confinement(bool Works, string? Why)
{
    /// <summary>What installing packages takes: owners, modes and file capabilities of what is installed, and chroot for scriptlets.</summary>
    static readonly string[] installing =
        ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_SETFCAP", "CAP_SETUID", "CAP_SETGID", "CAP_SYS_CHROOT", "CAP_MKNOD"];

    public static async Task<Confinement> Probe(CancellationToken ct)
    {
        try
        {
            var (code, _, errors) = await Child.Run(["bwrap", .. Apart, "--unshare-net", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--", "/bin/true"], default, ct);
            return code == 0 ? new(true, null) : new(false, $"bubblewrap does not work here ({Child.Tail(errors)})");
        }
        catch (BuilderBrokeException)
        {
            return new(false, "bubblewrap is not installed");
        }
    }

    /// <summary>libdnf insists on a writable /tmp; the machine's own is seen here instead.</summary>
    const string Tmp = "file:///tmp/", TmpWithin = "file:///sys/tmp/";

    /// <summary>The command with the network, able to read what root may, to write in one folder only.</summary>
    public IReadOnlyList<string> WithNetwork(string writable, IReadOnlyList<string> command) => !Works ? Direct(command) :
        [
            "bwrap", .. Apart, .. AsRoot, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/sys", "--ro-bind", "/tmp", "/sys/tmp", "--tmpfs", "/tmp",
            "--bind", writable, writable, "--cap-drop", "ALL", "--", .. command,
        ];

    /// <summary>An address as the command <see cref="WithNetwork"/> sees it.</summary>
    public string Within(string url) => Works && url.StartsWith(Tmp, StringComparison.Ordinal) ? TmpWithin + url[Tmp.Length..] : url;

    /// <summary>An address that the command <see cref="WithNetwork"/> has named, as it is outside.</summary>
    public string Outside(string url) => Works && url.StartsWith(TmpWithin, StringComparison.Ordinal) ? Tmp + url[TmpWithin.Length..] : url;

    /// <summary>The command without network, seeing of the machine its programs, what is named readable, and one root to fill.</summary>
    public IReadOnlyList<string> ForFilling(string root, IEnumerable<string> readable, IReadOnlyList<string> command) => !Works ? Direct(command) :
        [
            "bwrap", .. Apart, "--unshare-net", .. AsRoot,
            .. Programs(), "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
            .. readable.SelectMany(path => new[] { "--ro-bind", path, path }),
            "--bind", root, root, "--dev", root + "/dev", "--proc", root + "/proc",
            "--cap-drop", "ALL", .. installing.SelectMany(capability => new[] { "--cap-add", capability }),
            "--", .. command,
        ];

    static string[] Apart => ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent", "--new-session"];

    /// <summary>dnf and rpm work for root; an ordinary user's agent lets them believe it.</summary>
    static string[] AsRoot => Libc.IsRoot ? [] : ["--unshare-user", "--uid", "0", "--gid", "0"];

    static string[] Direct(IReadOnlyList<string> command) => ["setpriv", "--pdeathsig", "KILL", "--", .. command];

    /// <summary>/usr, and the names at the top that lead into it: links on a merged-/usr system, folders on an old one.</summary>
    static IEnumerable<string> Programs() => new[] { "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/alternatives", "/etc/ld.so.cache", "/etc/crypto-policies", "/etc/passwd", "/etc/group" }
        .Where(Path.Exists)
        .SelectMany(path => new FileInfo(path).LinkTarget is { } target ? new[] { "--symlink", target, path } : ["--ro-bind", path, path]);
}
