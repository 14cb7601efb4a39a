using System.ComponentModel;
using System.Diagnostics;

namespace Skyline.Server.Sources;

/// <summary>What git runs in: bounds on its memory and on what it writes, and a bubblewrap that shows it the machine's programs and one folder, where that works.</summary>
sealed class GitConfinement(SkylineSettings settings, ILogger<GitConfinement> log)
{
    const long MostMemory = 3L << 30;
    readonly Lock gate = new();
    Task<bool>? apart;

    /// <summary>What a command is put behind.</summary>
    public async Task<IReadOnlyList<string>> Around(string folder, bool networked, CancellationToken ct) => [.. await IsApart(ct) ? Bubblewrap(folder, networked) : [], .. Bounds()];

    string[] Bounds() => ["prlimit", $"--fsize={settings.SourceBytes}", $"--as={MostMemory}", "--core=0", "--nofile=1024", "--"];

    /// <param name="networked">It asks others: the addresses are ours to judge, so the network is the machine's.</param>
    static string[] Bubblewrap(string? folder, bool networked) =>
    [
        "bwrap", "--unshare-all", .. networked ? ["--share-net"] : Array.Empty<string>(), "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--dir", "/etc",
        .. new[] { "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/crypto-policies", "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf" }.Where(Path.Exists)
            .SelectMany(path => new FileInfo(path).LinkTarget is { } target && !path.StartsWith("/etc/", StringComparison.Ordinal) ? new[] { "--symlink", target, path } : ["--ro-bind", path, path]),
        "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", .. folder is null ? Array.Empty<string>() : ["--bind", folder, folder], "--",
    ];

    /// <summary>Whether bubblewrap works here; asked once.</summary>
    async Task<bool> IsApart(CancellationToken ct)
    {
        Task<bool> asked;
        lock (gate) asked = apart ??= Probe();
        return await asked.WaitAsync(ct);
    }

    async Task<bool> Probe()
    {
        try
        {
            string[] command = [.. Bubblewrap(null, networked: false), "true"];
            using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardError = true })!;
            await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode == 0) return true;
        }
        catch (Win32Exception)
        {
            // It is not installed.
        }
        log.LogWarning("bubblewrap does not work here, so Git repositories are fetched without it");
        return false;
    }
}
