using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Tests;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>A private tag, and a server on which nobody reads without a name: dnf 4, dnf5, zypper and curl with a password, and without.</summary>
public sealed class PrivateTests : IAsyncLifetime
{
    readonly TempFolder folder = new();
    Site site = null!;
    string token = null!, repoFile = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        site = await Site.Open();
        await site.Admin.CreateTag(new NewTag("umbra", "paper-1", [ServedTag.Arch], Private: true), Ct);
        await Published.Into(site, "umbra", [.. Published.Tool]);
        token = (await site.Admin.CreateToken(new NewToken("machine", ["read"]), Ct)).Token;
        repoFile = (await site.Admin.Tag("umbra", Ct)).RepoFile;
    }

    [Theory, InlineData(4), InlineData(5)]
    public void Dnf_reads_it_with_the_repo_file_that_has_a_password_and_not_without(int generation)
    {
        var (refused, dnf) = (IDnf.Of(generation, folder["without"]), IDnf.Of(generation, folder["with"]));
        refused.AddRepo("skyline.repo", repoFile);
        dnf.AddRepo("skyline.repo", SignedInRepoFile.Of(repoFile, "admin", token));

        Assert.NotEqual(0, refused.Run("makecache").Exit);
        var found = dnf.Run("-q", "repoquery", "tool");

        Assert.Equal("tool-0:1.0-1.x86_64", found.Succeeded().Trim());
        Assert.DoesNotContain(token, dnf.Run("repoinfo", "-v").Output);
        if (Environment.UserName == "root") dnf.Run("install", "tool").Succeeded();
    }

    [Fact]
    public void Zypper_reads_it_with_a_file_of_credentials_and_not_without()
    {
        var (without, with) = (new ClientRoot(folder["without"]), new ClientRoot(folder["with"]));
        without.Write("/etc/zypp/repos.d/skyline.repo", repoFile);
        with.Write("/etc/zypp/repos.d/skyline.repo", $"[skyline-umbra]\nname=umbra\nenabled=1\nbaseurl={site.Address}repos/umbra/{ServedTag.Arch}/?credentials=skyline\ngpgcheck=1\nrepo_gpgcheck=1\n");
        with.Write("/etc/zypp/credentials.d/skyline", $"username=admin\npassword={token}\n");

        Assert.NotEqual(0, Zypper(without, "--gpg-auto-import-keys", "refresh").Exit);
        Zypper(with, "--gpg-auto-import-keys", "refresh").Succeeded();

        Assert.Contains("tool", Zypper(with, "search", "--details", "tool").Succeeded());
    }

    [Fact]
    public void Curl_downloads_a_package_with_a_password_and_is_asked_for_one_without()
    {
        var address = $"{site.Address}repos/umbra/{ServedTag.Arch}/Packages/t/tool-1.0-1.x86_64.rpm";
        string Curl(params IEnumerable<string> arguments) => HostTool.Run(folder.Path, "curl", ["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", .. arguments, address]).Succeeded().Trim();

        Assert.Equal(("401", "200", "401"), (Curl(), Curl("--user", $"whoever:{token}"), Curl("--user", "whoever:wrong")));
        // Asked first, as with every method that there is.
        Assert.Equal("200", Curl("--anyauth", "--user", $"whoever:{token}"));
    }

    static ToolResult Zypper(ClientRoot root, params IEnumerable<string> arguments) => root.Run("zypper", ["--non-interactive", "--installroot=/srv/root", .. arguments]);

    public async ValueTask DisposeAsync()
    {
        await site.DisposeAsync();
        folder.Dispose();
    }
}
