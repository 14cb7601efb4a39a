namespace Skyline.Builder;

/// <summary>
/// How the builder's own tools that touch strangers' data (dnf on metadata, rpm with its scriptlets) are kept from the machine:
/// a bubblewrap of their own with a read-only file system, and the refusals of calls that builds have. Where bubblewrap does not work
/// they run as they are, and Why says so.
/// </summary>
sealed record Confinement(bool Works, string? Why, string? Filter)
{
    /// <summary>What installing packages takes: owners, modes and file capabilities of what is installed, and chroot for scriptlets.</summary>
    static readonly string[] installing =
        ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_SETFCAP", "CAP_SETUID", "CAP_SETGID", "CAP_SYS_CHROOT", "CAP_MKNOD"];

    /// <summary>What it takes to find and trust a server.</summary>
    static readonly string[] networking =
        ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services", "/etc/ssl", "/etc/pki", "/etc/ca-certificates"];

    public static async Task<Confinement> Probe(DataFolder data, CancellationToken ct)
    {
        var filter = File.Exists(data.InstallFilter) ? data.InstallFilter : null;
        var (code, _, errors) = await Child.Run(Bounds.Joining([], filter, ["bwrap", .. Apart, "--unshare-net", .. AsRoot, .. Programs(), "--dev", "/dev", "--proc", "/proc", .. Bounds.Filter(filter), "--", "/bin/true"], Bounds.Apart), default, ct);
        return code == 0 ? new(true, null, filter) : new(false, code == 127 ? "bubblewrap is not installed" : $"bubblewrap does not work here ({Child.Tail(errors)})", null);
    }

    /// <summary>The command with the network, seeing of the machine its programs and what is named readable, able to write in one folder only.</summary>
    public IReadOnlyList<string> WithNetwork(string writable, IEnumerable<string> readable, IReadOnlyList<string> command) => !Works ? Direct(command) : Filtered(
        [
            "bwrap", .. Apart, .. AsRoot, .. Programs(), .. networking.SelectMany(path => new[] { "--ro-bind-try", path, path }),
            "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/var/tmp",
            .. readable.SelectMany(path => new[] { "--ro-bind-try", path, path }),
            "--bind", writable, writable, "--cap-drop", "ALL", .. Bounds.Filter(Filter), "--", .. command,
        ]);

    /// <summary>The command without network, seeing of the machine its programs, what is named readable, and one root to fill.</summary>
    public IReadOnlyList<string> ForFilling(string root, IEnumerable<string> readable, IReadOnlyList<string> command) => !Works ? Direct(command) : Filtered(
        [
            "bwrap", .. Apart, "--unshare-net", .. AsRoot,
            .. Programs(), "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
            .. readable.SelectMany(path => new[] { "--ro-bind", path, path }),
            "--bind", root, root, "--dev", root + "/dev", "--proc", root + "/proc",
            "--cap-drop", "ALL", .. installing.SelectMany(capability => new[] { "--cap-add", capability }),
            .. Bounds.Filter(Filter), "--", .. command,
        ]);

    IReadOnlyList<string> Filtered(IReadOnlyList<string> command) => Bounds.Joining([], Filter, command, Bounds.Apart);

    static string[] Apart => ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent", "--new-session"];

    /// <summary>dnf and rpm work for root; an ordinary user's agent lets them believe it.</summary>
    static string[] AsRoot => Libc.IsRoot ? [] : ["--unshare-user", "--uid", "0", "--gid", "0"];

    static string[] Direct(IReadOnlyList<string> command) => ["setpriv", "--pdeathsig", "KILL", "--", .. command];

    /// <summary>
    /// /usr, and the names at the top that lead into it: links on a merged-/usr system, folders on an old one. Never / as a whole:
    /// bubblewrap walks all mounts below what it binds, and fails when one (a container engine's) goes while it does.
    /// </summary>
    public static IEnumerable<string> Programs() =>
    [
        "--perms", "0755", "--dir", "/etc",
        .. new[] { "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/alternatives", "/etc/ld.so.cache", "/etc/crypto-policies", "/etc/passwd", "/etc/group" }
            .Where(Path.Exists)
            .SelectMany(path => new FileInfo(path).LinkTarget is { } target ? new[] { "--symlink", target, path } : ["--ro-bind", path, path]),
    ];
}
