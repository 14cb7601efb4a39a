using System.Xml.Linq;
using Skyline.Protocol;
using Skyline.Server.Tests;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>zypper, which checks both signatures as dnf does.</summary>
public sealed class ZypperTests(ServedTags tags) : IDisposable
{
    readonly ServedTag tag = tags.Zstd;
    readonly TempFolder folder = new();

    static ToolResult Zypper(ClientRoot root, params IEnumerable<string> arguments) => root.Run("zypper", ["--non-interactive", "--installroot=/srv/root", .. arguments]);

    ClientRoot Added(string address)
    {
        var root = new ClientRoot(folder.Path);
        Zypper(root, ["addrepo", address, .. address.EndsWith(".repo", StringComparison.Ordinal) ? Array.Empty<string>() : ["skyline"]]).Succeeded();
        return root;
    }

    static string RepoFile(ServedTag tag) => $"{tag.Address}repos/{tag.Name}/{tag.Name}.repo";

    [Theory, InlineData(TagCompression.Zstd), InlineData(TagCompression.Gzip)]
    public void The_repo_files_address_is_added_its_key_asked_for_and_every_package_found(TagCompression compression)
    {
        var root = Added(RepoFile(tags[compression]));

        var refused = Zypper(root, "refresh");
        Zypper(root, "--gpg-auto-import-keys", "refresh").Succeeded();

        Assert.NotEqual(0, refused.Exit);
        FindsEveryPackage(root);
    }

    [Fact]
    public async Task The_repo_file_is_put_among_zyppers_and_one_state_is_read_to_its_end()
    {
        var root = new ClientRoot(folder.Path);
        root.Write("/etc/zypp/repos.d/skyline.repo", await tag.RepoFile());
        var before = tag.Requests.Count;

        Zypper(root, "--gpg-auto-import-keys", "refresh").Succeeded();

        FindsEveryPackage(root);
        var metadata = tag.Requests.Skip(before).Where(IsZyppers).Where(request => request.Path.Contains("/repodata/", StringComparison.Ordinal)).ToList();
        Assert.Contains(metadata, request => request.File == "repomd.xml.asc");
        Assert.All(metadata, request => Assert.StartsWith($"/repos/{tag.Name}/@", request.Path));
    }

    [Fact]
    public void The_repositorys_own_address_is_enough()
    {
        var root = Added(tag.Repository.ToString());

        Zypper(root, "--gpg-auto-import-keys", "refresh").Succeeded();

        FindsEveryPackage(root);
        Assert.Contains(tag.Requests, request => IsZyppers(request) && request is { File: "repomd.xml.key", Status: 200 });
    }

    [Fact]
    public void Nothing_but_the_look_whether_there_is_something_new_is_transferred_when_there_is_not()
    {
        var root = Added(RepoFile(tag));
        Zypper(root, "--gpg-auto-import-keys", "refresh").Succeeded();
        var before = tag.Requests.Count;

        Zypper(root, "refresh").Succeeded();

        Assert.Equal(["mirrorlist", "repomd.xml"], tag.Requests.Skip(before).Where(IsZyppers).Select(request => request.File).Distinct().Order());
    }

    [Fact]
    public void Packages_are_installed_with_both_signatures_checked()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        var root = Added(RepoFile(tag));

        Zypper(root, "--gpg-auto-import-keys", "install", "packed-zstd", "packed-xz").Succeeded();

        Assert.Equal("packed-zstd\npacked-xz\n", root.Run("rpm", "--root=/srv/root", "-q", "--qf", "%{name}\n", "packed-zstd", "packed-xz").Succeeded());
    }

    /// <summary>(The tests of one class run one after the other, and zypper in no other.)</summary>
    static bool IsZyppers(Request request) => request.Agent.StartsWith("ZYpp", StringComparison.Ordinal);

    void FindsEveryPackage(ClientRoot root)
    {
        var found = XDocument.Parse(Zypper(root, "--xmlout", "--no-refresh", "search", "--details", "--type", "package").Succeeded()).Descendants("solvable")
            .Select(solvable => $"{solvable.Attribute("name")!.Value}-{solvable.Attribute("edition")!.Value.Split(':')[^1]}.{solvable.Attribute("arch")!.Value}.rpm");

        Assert.Equal(tag.Packages, found.Order(StringComparer.Ordinal));
    }

    public void Dispose() => folder.Dispose();
}
