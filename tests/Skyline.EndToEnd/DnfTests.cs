using Skyline.Testing;

namespace Skyline.EndToEnd;

/// <summary>What it is all for: plain dnf installs what was built, with every signature checked, and the program runs.</summary>
public sealed class DnfTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 240_000)]
    public async Task Dnf_installs_a_built_package_with_both_gpg_checks_and_the_program_runs()
    {
        await using var site = await Appliance.Start(Ct);
        await site.StartLocalBuilder();
        await site.UntilComplete((await site.Submit(await SourcePackage.MakeHello(site.Folder, Ct))).Id);
        var root = await FreshRoot(site);

        (await Dnf(site, root, "install", "hello")).Ok("dnf install");

        Assert.Equal("hello, world\n", (await Tool.Run("chroot", [root, "/usr/bin/hello"], Ct)).Ok("hello"));
    }

    [Fact(Timeout = 240_000)]
    public async Task Dnf_refuses_metadata_that_another_key_has_signed()
    {
        await using var site = await Appliance.Start(Ct);
        await using var other = await Appliance.Start(Ct);
        var root = await FreshRoot(site);
        var repo = Path.Combine(site.Folder, "yum.repos.d", "skyline.repo");
        var text = await File.ReadAllTextAsync(repo, Ct);
        await File.WriteAllTextAsync(repo, text.Replace($"gpgkey={site.Server.Address}", $"gpgkey={other.Server.Address}", StringComparison.Ordinal), Ct);

        var refused = await Dnf(site, root, "makecache");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("GPG", refused.Output);
    }

    /// <summary>An empty root, and a folder with the served .repo file and TestOS's.</summary>
    static async Task<string> FreshRoot(Appliance site)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        var repos = Directory.CreateDirectory(Path.Combine(site.Folder, "yum.repos.d")).FullName;
        await File.WriteAllTextAsync(Path.Combine(repos, "skyline.repo"), await site.Server.Http().GetStringAsync("repos/testos/testos.repo", Ct), Ct);
        await File.WriteAllTextAsync(Path.Combine(repos, "testos.repo"), $"[testos]\nname=TestOS\nbaseurl=file://{Checkout.TestOs}/repo\ngpgcheck=0\n", Ct);
        await File.WriteAllTextAsync(Path.Combine(site.Folder, ".rpmmacros"), "%_dbpath /usr/lib/sysimage/rpm\n", Ct);
        return Directory.CreateDirectory(Path.Combine(site.Folder, "root")).FullName;
    }

    static Task<Tool.Result> Dnf(Appliance site, string root, params string[] what) => Tool.Run("env", [
        $"HOME={site.Folder}", "dnf", "-y", $"--installroot={root}", "--releasever=1", $"--setopt=reposdir={site.Folder}/yum.repos.d", "--setopt=pluginpath=/nonexistent",
        $"--setopt=cachedir={site.Folder}/dnf-cache", $"--setopt=logdir={site.Folder}", "--setopt=install_weak_deps=0", "--setopt=*.skip_if_unavailable=0", .. what], Ct);
}
