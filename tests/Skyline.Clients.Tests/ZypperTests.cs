using System.Xml.Linq;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>zypper, which checks both signatures as dnf does, with the .repo file taken from its address.</summary>
public sealed class ZypperTests(ServedTag tag) : IDisposable
{
    readonly TempFolder folder = new();

    ToolResult Zypper(ClientRoot root, params IEnumerable<string> arguments) => root.Run("zypper", ["--non-interactive", "--installroot=/srv/root", .. arguments]);

    ClientRoot WithRepo()
    {
        var root = new ClientRoot(folder.Path);
        Zypper(root, "addrepo", $"{tag.Address}repos/{ServedTag.Name}/{ServedTag.Name}.repo").Succeeded();
        return root;
    }

    [Fact]
    public void Refresh_asks_for_the_key_and_search_finds_every_package()
    {
        var root = WithRepo();
        var refused = Zypper(root, "refresh");
        Zypper(root, "--gpg-auto-import-keys", "refresh").Succeeded();

        var found = XDocument.Parse(Zypper(root, "--xmlout", "--no-refresh", "search", "--details", "--repo", $"skyline-{ServedTag.Name}").Succeeded())
            .Descendants("solvable").Select(solvable => $"{solvable.Attribute("name")!.Value}-{solvable.Attribute("edition")!.Value.Split(':')[^1]}.{solvable.Attribute("arch")!.Value}.rpm");

        Assert.NotEqual(0, refused.Exit);
        Assert.Equal(Directory.EnumerateFiles(tag.Reference, "*.rpm", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Packages_are_installed()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        var root = WithRepo();

        Zypper(root, "--gpg-auto-import-keys", "install", "packed-zstd", "packed-xz").Succeeded();

        Assert.Equal("packed-zstd\npacked-xz\n", root.Run("rpm", "--root=/srv/root", "-q", "--qf", "%{name}\n", "packed-zstd", "packed-xz").Succeeded());
    }

    public void Dispose() => folder.Dispose();
}
