using Skyline.Server.Sources;
using Skyline.Testing;

namespace Skyline.Server.Tests.Sources;

/// <summary>What is understood as a repository, a ref and a folder; all else never comes before git.</summary>
public sealed class AddressTests
{
    [Theory]
    [InlineData("https://git.example.org/rpms/hello", "https://git.example.org/rpms/hello", "hello")]
    [InlineData("https://Git.Example.ORG:443/rpms/hello.git/", "https://git.example.org/rpms/hello.git", "hello")]
    [InlineData("https://git.example.org:8443/~me/a+b", "https://git.example.org:8443/~me/a+b", "a+b")]
    [InlineData("http://[::1]:81/x", "http://[::1]:81/x", "x")]
    [InlineData("git://git.example.org/x", "git://git.example.org/x", "x")]
    // Numbers in other clothes are what they are, so that the guard sees the same address as git.
    [InlineData("https://2130706433/x", "https://127.0.0.1/x", "x")]
    [InlineData("https://0x7f.1/x", "https://127.0.0.1/x", "x")]
    public void Of_a_repositorys_address_there_is_one_spelling(string given, string text, string name)
    {
        var (url, why) = GitUrl.Parse(given, ["http", "git"]);

        Assert.Null(why);
        Assert.Equal((text, name), (url!.Text, url.Name));
    }

    [Theory]
    [InlineData("", "names the repository's address")]
    [InlineData("file:///etc", "no scheme")]
    [InlineData("/etc", "no address")]
    [InlineData("ext::sh -c touch% /tmp/x", "no spaces")]
    [InlineData("ext::sh", "transport helpers")]
    [InlineData("fd::17/https://example.org/x", "transport helpers")]
    [InlineData("--upload-pack=touch", "an option")]
    [InlineData("-u", "an option")]
    [InlineData("ssh://git@example.org/x", "no scheme")]
    [InlineData("git@example.org:x", "SSH")]
    [InlineData("http://example.org/x", "https alone")]
    [InlineData("https://user:secret@example.org/x", "no user and no password")]
    [InlineData("https://user@example.org/x", "no user and no password")]
    [InlineData("https://example.org/x?service=y", "no query")]
    [InlineData("https://example.org/a/../b", "path")]
    [InlineData("https://example.org/a/%2e%2e/b", "path")]
    [InlineData("https://example.org/a%0ahost=evil", "path")]
    [InlineData("https://example.org/", "path")]
    [InlineData("https://example.org/x\nhost=evil", "control characters")]
    [InlineData("https://-oProxyCommand=x/y", "no ")]
    public void What_is_no_repositorys_address_is_refused_with_a_sentence(string given, string part)
    {
        var (url, why) = GitUrl.Parse(given, []);

        Assert.Null(url);
        Assert.Contains(part, why!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refs_name_is_one_where_git_says_so()
    {
        string[] names =
        [
            "main", "v1.0", "refs/pull/7/head", "feature/x", "a.b", "a+b", "@x", "rpms/f43", "1a2b3c", "ä",
            ".a", "a.", "a..b", "a/.b", "a.lock", "a.lock/b", "a//b", "/a", "a/", "a b", "a~1", "a^", "a:b", "a?", "a*", "a[b", "a\\b", "a@{1}", "@", "a\tb", "a\u007f",
        ];
        foreach (var name in names)
        {
            var git = (await Tool.Run("git", ["check-ref-format", "--allow-onelevel", name], TestContext.Current.CancellationToken)).ExitCode == 0;
            Assert.True(GitRef.WhyNot(name) is null == git, name);
        }
        // What git would take for an option, it is never asked about.
        Assert.NotNull(GitRef.WhyNot("--upload-pack=x"));
        Assert.NotNull(GitRef.WhyNot(new string('a', 300)));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("packages/hello", true)]
    [InlineData("../x", false)]
    [InlineData("a/../../x", false)]
    [InlineData("a//b", false)]
    [InlineData("-C", false)]
    [InlineData("a\nb", false)]
    public void A_subdirectory_is_within_the_repository(string path, bool good) => Assert.Equal(good, RepositoryFolder.WhyNot(path) is null);

    [Theory]
    [InlineData(0, "b", false)]
    [InlineData(1, "../b", false)]
    [InlineData(2, "../../b/c", false)]
    [InlineData(0, "../b", true)]
    [InlineData(1, "../../b", true)]
    [InlineData(0, "/etc/passwd", true)]
    [InlineData(1, "b/../../..", true)]
    // Harmless by its letters, and a way out if b is a link itself.
    [InlineData(3, "b/..", true)]
    public void A_link_leads_out_of_a_tree(int depth, string target, bool leadsOut) => Assert.Equal(leadsOut, ReadTree.LeadsOut(depth, target));

    [Theory]
    [InlineData("git.example.org", true)]
    [InlineData("a.fedora.example", true)]
    [InlineData("fedora.example", false)]
    [InlineData("evil-git.example.org", false)]
    public void Hosts_are_allowed_by_name_or_by_domain(string host, bool allowed) => Assert.Equal(allowed, AllowedHosts.Permit(host, ["git.example.org", "*.fedora.example"]));
}
