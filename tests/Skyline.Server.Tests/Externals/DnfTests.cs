using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.Externals;

/// <summary>Plain dnf, through this server, with every check that it has: what it installs is what the upstream signed.</summary>
public sealed class DnfTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    static readonly SigningKey theirs = Upstream.Key("upstream"), others = Upstream.Key("somebody");

    [Fact]
    public async Task Dnf_installs_an_upstreams_package_with_both_gpg_checks()
    {
        await using var upstream = await Signed(theirs);
        await using var site = await Pinning.Open();
        await site.Add(upstream.Url, keys: theirs.Public.Armored, signedMetadata: true);
        using var folder = new TempFolder();

        (await Install(site, folder, "alpha")).Ok("dnf install");

        Assert.Equal("alpha\n", await File.ReadAllTextAsync(folder["root/usr/share/alpha/words"], Ct));
    }

    [Fact]
    public async Task Dnf_refuses_a_package_that_another_key_has_signed()
    {
        await using var upstream = await Signed(others);
        await using var site = await Pinning.Open();
        Assert.Null((await site.Add(upstream.Url, keys: theirs.Public.Armored, signedMetadata: true)).Arch().Fault);
        using var folder = new TempFolder();

        var refused = await Install(site, folder, "alpha");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("GPG", refused.Output);
        Assert.False(File.Exists(folder["root/usr/share/alpha/words"]));
    }

    /// <summary>An upstream whose metadata its own key signs, and whose package some key does.</summary>
    static async Task<Upstream> Signed(SigningKey packages)
    {
        var upstream = await Upstream.Open();
        Directory.CreateDirectory(Path.Combine(upstream.Root, "Packages"));
        await using (var file = File.Create(Path.Combine(upstream.Root, Upstream.PathOf("alpha"))))
            await SignRpm.Sign(new MemoryStream(Upstream.Package("alpha").Build()), file, packages, TimeProvider.System.GetUtcNow(), Ct);
        upstream.Publish();
        await upstream.Sign(theirs);
        return upstream;
    }

    [Fact]
    public async Task When_nothing_has_changed_dnf_transfers_no_metadata_again()
    {
        await using var upstream = await Signed(theirs);
        var book = new RequestBook();
        await using var site = await Site.Open(null, services => services.AddSingleton<IStartupFilter>(book), "--Skyline:FetchFromLocalAddresses=true");
        await site.Add(upstream.Url, keys: theirs.Public.Armored, signedMetadata: true);
        using var folder = new TempFolder();
        (await Dnf(site, folder, "makecache")).Ok("dnf makecache");
        var first = book.All.Count;
        Assert.Contains(book.All, request => request.File.Contains("primary", StringComparison.Ordinal));

        (await Dnf(site, folder, "--refresh", "makecache")).Ok("dnf makecache");

        Assert.Equal(["mirrorlist", "repomd.xml", "repomd.xml.asc"], book.All.Skip(first).Select(request => request.File).Where(file => file != "keys.asc").Distinct().Order());
    }

    [Fact]
    public async Task Who_has_a_file_is_told_so_and_gets_nothing_again()
    {
        await using var upstream = await Signed(theirs);
        await using var site = await Pinning.Open();
        var pinned = await site.Add(upstream.Url);
        foreach (var path in new[] { "repodata/repomd.xml", "repodata/primary.xml.gz", Upstream.PathOf("alpha") })
            foreach (var address in new[] { pinned.Arch().Path + path, pinned.States[0].Path + path })
            {
                var tag = (await site.Http().GetAsync(address, Ct)).Headers.ETag!;

                using var again = await site.Http().SendAsync(new HttpRequestMessage(HttpMethod.Get, address) { Headers = { IfNoneMatch = { tag } } }, Ct);

                Assert.Equal(System.Net.HttpStatusCode.NotModified, again.StatusCode);
                Assert.Empty(await again.Content.ReadAsByteArrayAsync(Ct));
            }
    }

    static Task<Tool.Result> Install(Site site, TempFolder folder, string package)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        return Dnf(site, folder, "install", package);
    }

    static async Task<Tool.Result> Dnf(Site site, TempFolder folder, params string[] command)
    {
        Directory.CreateDirectory(folder["repos"]);
        await File.WriteAllTextAsync(folder["repos/up.repo"], $"""
            [up]
            name=Up
            mirrorlist={site.Address}external/up/$basearch/mirrorlist
            gpgcheck=1
            repo_gpgcheck=1
            gpgkey={site.Address}external/up/keys.asc
            """, Ct);
        return await Tool.Run("env", [$"HOME={folder.Path}", "dnf", "-y", $"--installroot={folder["root"]}", "--releasever=1", "--forcearch=x86_64", $"--setopt=reposdir={folder["repos"]}", "--setopt=pluginpath=/nonexistent",
            $"--setopt=cachedir={folder["cache"]}", $"--setopt=logdir={folder.Path}", "--setopt=install_weak_deps=0", "--setopt=*.skip_if_unavailable=0", .. command], Ct);
    }
}
