using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>
/// A Debian unstable of a test's own, with dnf5, zypper and rpm 6 (packaging/clients). Programs are the kept root's, which is never
/// written to; `/etc`, `/var` and `/srv` are the test's; the network is the machine's, so that its servers are reached by loopback.
/// </summary>
sealed class ClientRoot
{
    readonly string folder;

    public ClientRoot(string folder)
    {
        this.folder = folder;
        Directory.CreateDirectory(folder);
        HostTool.Run(folder, "cp", "-a", Path.Combine(Kept, "etc"), folder).Succeeded();
        foreach (var part in (string[])["etc/yum.repos.d", "var/lib", "var/cache", "var/log", "var/tmp", "srv", "root"]) Directory.CreateDirectory(Path.Combine(folder, part));
    }

    /// <summary>On this machine; in the root it is `/srv`.</summary>
    public string Srv => Path.Combine(folder, "srv");

    public void Write(string path, string text)
    {
        var file = folder + path;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public ToolResult Run(string program, params IEnumerable<string> arguments) => HostTool.Run(folder, "bwrap", [
        "--die-with-parent", "--unshare-pid", "--unshare-ipc", "--unshare-uts", .. Environment.UserName == "root" ? Array.Empty<string>() : ["--unshare-user", "--uid", "0", "--gid", "0"],
        "--ro-bind", Kept, "/", "--bind", $"{folder}/etc", "/etc", "--bind", $"{folder}/var", "/var", "--bind", Srv, "/srv", "--bind", $"{folder}/root", "/root",
        "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/run", "--chdir", "/srv", "--clearenv",
        "--setenv", "PATH", "/usr/bin:/usr/sbin", "--setenv", "HOME", "/root", "--setenv", "LC_ALL", "C.UTF-8", "--setenv", "TZ", "UTC",
        program, .. arguments]);

    static string Kept
    {
        get
        {
            var why = Environment.GetEnvironmentVariable("SKYLINE_NO_CLIENTS");
            Assert.SkipWhen(why is { Length: > 0 }, why ?? "");
            return Environment.GetEnvironmentVariable("SKYLINE_CLIENTS") is { Length: > 0 } made && File.Exists(Path.Combine(made, "root", ".key"))
                ? Path.Combine(made, "root")
                : throw new InvalidOperationException("The clients are not there: run `./dev test`, or `packaging/clients/make FOLDER` and set SKYLINE_CLIENTS=FOLDER.");
        }
    }
}
