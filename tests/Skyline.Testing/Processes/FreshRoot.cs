namespace Skyline.Testing;

/// <summary>An empty root that plain dnf installs into, from a tag's repository with every signature checked, and from TestOS. Only root can.</summary>
public sealed class FreshRoot
{
    readonly string folder;
    readonly CancellationToken ct;

    FreshRoot(string folder, CancellationToken ct) => (this.folder, this.ct) = (folder, ct);

    public string Path => System.IO.Path.Combine(folder, "root");

    public string RepoFile => System.IO.Path.Combine(folder, "yum.repos.d", "skyline.repo");

    /// <param name="folder">Its root is made there, and all that dnf keeps.</param>
    public static async Task<FreshRoot> Make(string folder, HttpClient server, string tag, CancellationToken ct)
    {
        var root = new FreshRoot(folder, ct);
        var repos = Directory.CreateDirectory(System.IO.Path.GetDirectoryName(root.RepoFile)!).FullName;
        await File.WriteAllTextAsync(root.RepoFile, await server.GetStringAsync($"repos/{tag}/{tag}.repo", ct), ct);
        await File.WriteAllTextAsync(System.IO.Path.Combine(repos, "testos.repo"), $"[testos]\nname=TestOS\nbaseurl=file://{Checkout.TestOs}/repo\ngpgcheck=0\n", ct);
        await File.WriteAllTextAsync(System.IO.Path.Combine(folder, ".rpmmacros"), "%_dbpath /usr/lib/sysimage/rpm\n", ct);
        Directory.CreateDirectory(root.Path);
        return root;
    }

    /// <summary>What env is given to run dnf on this root and on no other.</summary>
    public IReadOnlyList<string> Options => [
        $"HOME={folder}", "dnf", "-y", $"--installroot={Path}", "--releasever=1", $"--setopt=reposdir={folder}/yum.repos.d", "--setopt=pluginpath=/nonexistent",
        $"--setopt=cachedir={folder}/dnf-cache", $"--setopt=logdir={folder}", "--setopt=install_weak_deps=0", "--setopt=*.skip_if_unavailable=0"];

    public Task<Tool.Result> Dnf(params string[] what) => Tool.Run("env", [.. Options, .. what], ct);

    public Task<Tool.Result> Run(params string[] command) => Tool.Run("bwrap", ["--die-with-parent", "--bind", Path, "/", "--dev", "/dev", "--proc", "/proc", "--chdir", "/", .. command], ct);
}
