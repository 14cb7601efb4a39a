using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>The machine's own dnf 4, with the stock plugins.</summary>
sealed class Dnf4 : IDnf
{
    readonly string folder;

    public Dnf4(string folder)
    {
        Assert.SkipUnless(Program is not null, "This machine has no dnf 4.");
        this.folder = folder;
        foreach (var part in (string[])["repos", "plugins/copr.d", "log"]) Directory.CreateDirectory(Path.Combine(folder, part));
        // Debian's rpm would have its database in the home folder.
        File.WriteAllText(Path.Combine(folder, ".rpmmacros"), "%_dbpath /usr/lib/sysimage/rpm\n");
    }

    public string Inside(string name) => Path.Combine(folder, name);

    public string OnHost(string name) => Inside(name);

    public void AddRepo(string file, string text) => File.WriteAllText(Path.Combine(folder, "repos", file), text);

    public void ConfigureCopr(string file, string text) => File.WriteAllText(Path.Combine(folder, "plugins", "copr.d", file), text);

    public ToolResult Copr(params IEnumerable<string> arguments) => Run(["copr", .. arguments]);

    public ToolResult Run(params IEnumerable<string> arguments) => HostTool.Run(folder, Program!, [
        "-y", $"--installroot={folder}/root", "--releasever=1", $"--setopt=reposdir={folder}/repos", $"--setopt=pluginconfpath={folder}/plugins", $"--setopt=cachedir={folder}/cache",
        $"--setopt=logdir={folder}/log", "--disableplugin=versionlock", "--setopt=install_weak_deps=0", "--setopt=*.skip_if_unavailable=0", .. arguments]);

    public ToolResult Rpm(params IEnumerable<string> arguments) => HostTool.Run(folder, "rpm", ["--root", $"{folder}/root", .. arguments]);

    static string? Program { get; } = ((string[])["/usr/bin/dnf4", "/usr/bin/dnf-3", "/usr/bin/dnf"]).FirstOrDefault(program =>
        File.Exists(program) && HostTool.Run("/", program, "--version") is { Exit: 0 } said && said.Answer.StartsWith("4.", StringComparison.Ordinal));
}
