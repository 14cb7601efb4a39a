using System.Text;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Externals;
using Skyline.Server.Schedules;

namespace Skyline.Server.Tests.Schedules;

/// <summary>Whether a buildroot would be another now.</summary>
public sealed class PlacedPackagesTests
{
    static PlacedPackage Held(string version, char digit, string name = "gcc") => new(name, "x86_64", new(0, version, "1"), new string(digit, 64));

    static LockedPackage Locked(string version, char digit, string repo, string name = "gcc") => new($"{name}-{version}-1.x86_64", new string(digit, 64), repo);

    [Fact]
    public void It_would_if_a_package_is_gone_or_a_newer_one_or_one_of_a_better_repository_takes_its_place()
    {
        var now = new PlacedPackages();
        now.Add("base", 99, [Held("14.2", 'a'), Held("14.10", 'b'), Held("4", 'm', "make")]);
        now.Add("skyline-paper", 99, []);

        Assert.False(now.WouldDiffer([Locked("14.10", 'b', "base"), Locked("4", 'm', "base", "make")]));
        Assert.True(now.WouldDiffer([Locked("14.2", 'a', "base")]));
        Assert.True(now.WouldDiffer([Locked("1", 'c', "skyline-paper", "own")]));
        Assert.False(now.WouldDiffer([Locked("1", 'c', "unknown", "own")]));

        now.Add("better", 10, [Held("13", 'd')]);
        Assert.True(now.WouldDiffer([Locked("14.10", 'b', "base")]));
        Assert.False(now.WouldDiffer([Locked("13", 'd', "better")]));
    }

    [Fact]
    public void Names_and_versions_are_read_from_a_repositorys_list()
    {
        var found = new List<PlacedPackage>();
        var xml = $"""
            <metadata xmlns="http://linux.duke.edu/metadata/common" packages="2">
            <package type="rpm"><name>gcc</name><arch>x86_64</arch><version epoch="1" ver="14.2" rel="3.fc43"/><checksum type="sha256" pkgid="YES">{new string('a', 64)}</checksum><location href="gcc.rpm"/></package>
            <package type="rpm"><name>old</name><arch>noarch</arch><version epoch="0" ver="1" rel="1"/><checksum type="sha1" pkgid="YES">{new string('b', 40)}</checksum><location href="old.rpm"/></package>
            </metadata>
            """;

        ReadPrimary.EachNamed(new MemoryStream(Encoding.UTF8.GetBytes(xml)), found.Add);

        Assert.Equal([new("gcc", "x86_64", new Evr(1, "14.2", "3.fc43"), new string('a', 64))], found);
    }
}
