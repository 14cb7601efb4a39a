using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>dnf5 in a Debian unstable of a test's own.</summary>
sealed class Dnf5 : IDnf
{
    public Dnf5(string folder)
    {
        Debian = new(folder);
        Debian.Write("/root/.rpmmacros", "%_dbpath /usr/lib/sysimage/rpm\n");
    }

    public ClientRoot Debian { get; }

    public string Inside(string name) => Path.Combine("/srv", name);

    public string OnHost(string name) => Path.Combine(Debian.Srv, name);

    public void AddRepo(string file, string text) => Debian.Write($"/etc/yum.repos.d/{file}", text);

    public void ConfigureCopr(string file, string text) => Debian.Write($"/etc/dnf/plugins/copr.d/{file}", text);

    public ToolResult Copr(params IEnumerable<string> arguments) => Debian.Run("dnf5", ["-y", "--releasever=1", "copr", .. arguments]);

    public ToolResult Run(params IEnumerable<string> arguments) => Debian.Run("dnf5", [
        "-y", "--installroot=/srv/root", "--use-host-config", "--setopt=cachedir=/var/cache/libdnf5", "--releasever=1", "--setopt=install_weak_deps=0",
        "--setopt=*.skip_if_unavailable=0", .. arguments]);

    public ToolResult Rpm(params IEnumerable<string> arguments) => Debian.Run("rpm", ["--root", "/srv/root", .. arguments]);
}
