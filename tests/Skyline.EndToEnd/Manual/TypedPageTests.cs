using Skyline.Testing;

namespace Skyline.EndToEnd.Manual;

/// <summary>What the manual says to type does what the manual says.</summary>
public sealed class TypedPageTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 240_000)]
    public async Task Getting_started_is_typed_from_the_first_line_to_a_program_that_runs()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        await using var site = await Appliance.Start(Ct, settings: new Dictionary<string, string> { ["Skyline__FirstTag"] = "fedora-43", ["Skyline__FirstChroot"] = "testos-1" });
        await site.StartLocalBuilder();
        foreach (var (name, version) in new[] { ("hello", "2.12.1"), ("zlib", "1.3.1"), ("libpng", "1.6.43") })
        {
            var made = await SourcePackage.MakeHello(site.Folder, Ct, name, version, "1.fc43");
            File.Move(made, Path.Combine(site.Folder, Path.GetFileName(made)));
        }
        var root = await FreshRoot.Make(site.Folder, site.Server.Http(), "fedora-43", Ct);
        File.Delete(root.RepoFile);

        var page = TypedPage.Read("getting-started");
        var typed = await page.Type(site.Folder, Names(site, root), new Dictionary<string, string>
        {
            ["skyline"] = $"exec dotnet '{Checkout.Program("Skyline.Cli", "skyline")}' \"$@\"",
            ["dnf"] = $"exec env 'PATH={Environment.GetEnvironmentVariable("PATH")}' {string.Join(' ', root.Options.Select(option => $"'{option}'"))} \"$@\"",
        }, Ct);

        Assert.True(typed.ExitCode == 0, typed.Output);
        Assert.Equal("hello, world\n", (await root.Run("/usr/bin/hello")).Ok("hello"));
        Assert.StartsWith("sky_", await File.ReadAllTextAsync(Path.Combine(site.Folder, "token"), Ct));
        Assert.True(page.Blocks.Count >= 5, $"Only {page.Blocks.Count} blocks of the page were found.");
        Assert.All(page.Passed, why => Assert.True(why.Length > 20, $"'{why}' does not say why."));
    }

    static Dictionary<string, string> Names(Appliance site, FreshRoot root) => new()
    {
        ["/var/lib/skyline"] = site.Server.Data,
        ["http://localhost:8420"] = site.Server.Address.ToString().TrimEnd('/'),
        ["/etc/yum.repos.d"] = Path.GetDirectoryName(root.RepoFile)!,
    };
}
