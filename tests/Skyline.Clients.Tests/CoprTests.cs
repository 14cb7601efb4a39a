using System.Net;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>`dnf copr`, the stock plugin of both generations, with a tag in the place of a Copr project.</summary>
public sealed class CoprTests(ServedTags tags) : IDisposable
{
    readonly ServedTag tag = tags.Zstd;
    const string Tag = "clients-zstd", Project = $"skyline/{Tag}", Chroot = $"paper-1-{ServedTag.Arch}";
    readonly TempFolder folder = new();

    public static readonly TheoryData<int> Generations = [4, 5];

    /// <summary>The plugin speaks HTTPS unless its own configuration says otherwise of a hub.</summary>
    IDnf WithHub(int generation)
    {
        var dnf = IDnf.Of(generation, folder.Path);
        dnf.ConfigureCopr("site.conf", $"[site]\nhostname = {tag.Address.Host}\nprotocol = http\nport = {tag.Address.Port}\n");
        return dnf;
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task A_tag_is_enabled_and_a_package_installed_from_it_with_its_signature_checked(int generation)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can enable a repository.");
        var dnf = WithHub(generation);

        dnf.Copr("enable", $"site/{Project}", Chroot).Succeeded();
        dnf.Run("install", "packed-zstd").Succeeded();

        Assert.Equal("packed-zstd\n", dnf.Rpm("-q", "--qf", "%{name}\n", "packed-zstd").Succeeded());
        Assert.EndsWith(dnf.Rpm("-q", "--qf", "%{version}\n", "gpg-pubkey").Succeeded().Trim()[^8..], (await tag.KeyId()).ToLowerInvariant());
    }

    [Theory, MemberData(nameof(Generations))]
    public void It_is_listed_disabled_and_removed_as_any_copr(int generation)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can enable a repository.");
        var dnf = WithHub(generation);
        dnf.Copr("enable", $"site/{Project}", Chroot).Succeeded();

        Assert.Contains($"{tag.Address.Host}/{Project}\n", dnf.Copr("list").Succeeded());
        dnf.Copr("disable", $"site/{Project}").Succeeded();
        Assert.Contains($"{tag.Address.Host}/{Project} (disabled)\n", dnf.Copr("list").Succeeded());
        dnf.Copr("remove", $"site/{Project}").Succeeded();
        Assert.DoesNotContain(Project, dnf.Copr("list").Succeeded());
    }

    [Theory, MemberData(nameof(Generations))]
    public void Who_asks_for_another_chroot_is_told_which_there_is(int generation)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can enable a repository.");

        var refused = WithHub(generation).Copr("enable", $"site/{Project}", $"fedora-43-{ServedTag.Arch}");

        Assert.NotEqual(0, refused.Exit);
        Assert.Contains(Chroot, refused.Output);
    }

    [Theory]
    [InlineData(4, "skyline/nothing"), InlineData(5, "skyline/nothing"), InlineData(4, $"somebody/{Tag}"), InlineData(5, $"somebody/{Tag}")]
    public void A_project_that_is_no_tag_is_refused(int generation, string project)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can enable a repository.");

        var refused = WithHub(generation).Copr("enable", $"site/{project}", Chroot);

        Assert.NotEqual(0, refused.Exit);
        Assert.Contains(generation == 4 ? $"Project {project} does not exist" : "404", refused.Output);
    }

    [Fact]
    public void Tags_are_listed_and_searched_for()
    {
        var dnf = WithHub(4);

        Assert.Contains($"{Project} : Made for paper-1", dnf.Copr("list", "--hub=site", "--available-by-user=skyline").Succeeded());
        Assert.Contains($"{Project} : Made for paper-1", dnf.Copr("search", "--hub=site", "client").Succeeded());
        Assert.DoesNotContain(Project, dnf.Copr("search", "--hub=site", "nothing").Succeeded());
    }

    /// <summary>What dnf5 makes of a chroot's name, a path and its own idea of where a key is.</summary>
    [Theory]
    [InlineData($"{Chroot}/repodata/repomd.xml", $"/repos/{Tag}/{ServedTag.Arch}/repodata/repomd.xml")]
    [InlineData($"{Chroot}/Packages/g/gtk+-1~rc1^2-1.noarch.rpm", $"/repos/{Tag}/{ServedTag.Arch}/Packages/g/gtk%2B-1~rc1%5E2-1.noarch.rpm")]
    [InlineData("pubkey.gpg", $"/keys/{Tag}.asc")]
    [InlineData($"{Chroot}//elsewhere.example/%0d%0aX: y", $"/repos/{Tag}/{ServedTag.Arch}//elsewhere.example/%0D%0AX%3A%20y")]
    [InlineData("paper-1-s390x/repodata/repomd.xml", null)]
    [InlineData($"paper-2-{ServedTag.Arch}/repodata/repomd.xml", null)]
    public async Task A_results_address_leads_into_the_tags_repository_and_nowhere_else(string asked, string? expected)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = tag.Address };

        var answer = await http.GetAsync($"coprs/results/{Project}/{asked}", TestContext.Current.CancellationToken);

        Assert.Equal(expected is null ? HttpStatusCode.NotFound : HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal(expected, answer.Headers.Location?.OriginalString);
    }

    public void Dispose() => folder.Dispose();
}
