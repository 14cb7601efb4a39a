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

        (await root.Dnf("install", "hello")).Ok("dnf install");

        Assert.Equal("hello, world\n", (await root.Run("/usr/bin/hello")).Ok("hello"));
    }

    [Fact(Timeout = 240_000)]
    public async Task Dnf_refuses_metadata_that_another_key_has_signed()
    {
        await using var site = await Appliance.Start(Ct);
        await using var other = await Appliance.Start(Ct);
        var root = await FreshRoot(site);
        var text = await File.ReadAllTextAsync(root.RepoFile, Ct);
        await File.WriteAllTextAsync(root.RepoFile, text.Replace($"gpgkey={site.Server.Address}", $"gpgkey={other.Server.Address}", StringComparison.Ordinal), Ct);

        var refused = await root.Dnf("makecache");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("GPG", refused.Output);
    }

    static Task<FreshRoot> FreshRoot(Appliance site)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        return Testing.FreshRoot.Make(site.Folder, site.Server.Http(), "testos", Ct);
    }
}
