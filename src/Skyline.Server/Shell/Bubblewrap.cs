using System.ComponentModel;
using System.Diagnostics;

namespace Skyline.Server.Shell;

/// <summary>
/// What child processes that read what strangers wrote are put into: a bubblewrap without privileges, which shows them the machine's programs and one
/// folder that they may write into.
/// </summary>
/// <param name="Proc">It has a /proc of its own. A service whose /proc is covered in part (systemd's ProtectKernelTunables) can have none, and does without.</param>
sealed record Bubblewrap(bool Proc)
{
    /// <summary>Of /etc, what programs need to be started; and what they need to ask others.</summary>
    static readonly string[] programs = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives"];
    static readonly string[] network = ["/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/crypto-policies", "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf"];

    /// <summary>What a command is put behind.</summary>
    /// <param name="networked">The network is the machine's; otherwise there is none.</param>
    public string[] Around(string? folder, bool networked) =>
    [
        "bwrap", "--unshare-all", .. networked ? ["--share-net"] : Array.Empty<string>(), "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--dir", "/etc",
        .. programs.Concat(networked ? network : []).Where(Path.Exists)
            .SelectMany(path => new FileInfo(path).LinkTarget is { } target && !path.StartsWith("/etc/", StringComparison.Ordinal) ? new[] { "--symlink", target, path } : ["--ro-bind", path, path]),
        .. Proc ? new[] { "--proc", "/proc" } : ["--dir", "/proc"], "--dev", "/dev", "--tmpfs", "/tmp", .. folder is null ? Array.Empty<string>() : ["--bind", folder, folder], "--",
    ];

    /// <returns>Null: it does not work here.</returns>
    public static async Task<Bubblewrap?> Find() => await Works(new(true)) ? new(true) : await Works(new(false)) ? new(false) : null;

    static async Task<bool> Works(Bubblewrap tried)
    {
        string[] command = [.. tried.Around(null, networked: false), "true"];
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardError = true })!;
            await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            // It is not installed.
            return false;
        }
    }
}
