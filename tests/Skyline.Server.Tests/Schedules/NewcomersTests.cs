using System.Text;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Externals;
using Skyline.Server.Schedules;

namespace Skyline.Server.Tests.Schedules;

/// <summary>Whether a package that is new may come into a buildroot.</summary>
public sealed class NewcomersTests
{
    static Dependency Dep(string name, DependencyFlags flags = DependencyFlags.None, string evr = "") => new(name, flags, evr);

    [Fact]
    public void It_may_if_it_offers_what_is_asked_for_or_replaces_what_was_there()
    {
        var all = new Newcomers();
        all.Add(new("foo-ng", 100, [Dep("foo", DependencyFlags.Equal, "2.0")], []));
        all.Add(new("gcc15", 100, [], [Dep("gcc", DependencyFlags.Less, "15")]));
        LockedPackage[] bash = [new("bash-5-1.x86_64", "", "r")], gcc = [new("gcc-14-1.x86_64", "", "r")];

        Assert.True(all.MayComeTo([Dep("foo")], bash, 99));
        Assert.True(all.MayComeTo([Dep("(bar or foo >= 2)")], bash, 99));
        Assert.True(all.MayComeTo([], gcc, 99));
        Assert.False(all.MayComeTo([Dep("foo")], bash, 100));
        Assert.False(all.MayComeTo([Dep("foo", DependencyFlags.Greater, "2.0")], bash, 99));
        Assert.False(all.MayComeTo([Dep("bar")], bash, 99));
        Assert.False(all.MayComeTo([], [new("gcc-15-1.x86_64", "", "r")], 99));
        // One of its name was there: whether it takes that one's place is told otherwise.
        Assert.False(all.MayComeTo([Dep("foo")], [new("foo-ng-1-1.x86_64", "", "r")], 99));
    }

    [Fact]
    public void Of_a_repositorys_list_only_what_is_asked_for_is_kept()
    {
        var found = new List<OfferingPackage>();
        var xml = $"""
            <metadata xmlns="http://linux.duke.edu/metadata/common" xmlns:rpm="http://linux.duke.edu/metadata/rpm" packages="2">
            <package type="rpm"><name>foo</name><arch>x86_64</arch><version epoch="1" ver="2" rel="3"/><checksum type="sha256" pkgid="YES">{new string('a', 64)}</checksum><time file="17" build="16"/><location href="foo.rpm"/>
              <format><rpm:license>MIT</rpm:license><rpm:sourcerpm>foo-src-2-3.src.rpm</rpm:sourcerpm><rpm:provides><rpm:entry name="cap" flags="EQ" epoch="1" ver="2" rel="3"/><rpm:entry name="unasked"/></rpm:provides>
              <rpm:requires><rpm:entry name="cap"/></rpm:requires><rpm:obsoletes><rpm:entry name="cap" flags="LT" epoch="0" ver="2"/></rpm:obsoletes><file>/usr/bin/foo</file><file type="dir">/etc/foo</file></format></package>
            <package type="rpm"><name>bar</name><arch>noarch</arch><version epoch="0" ver="1" rel="1"/><location href="bar.rpm"/><format><rpm:sourcerpm/><rpm:provides><rpm:entry name="bar"/></rpm:provides></format></package>
            </metadata>
            """;

        ReadPrimary.EachOffering(new MemoryStream(Encoding.UTF8.GetBytes(xml)), name => name is "cap" or "/usr/bin/foo", found.Add);

        var foo = Assert.Single(found);
        Assert.Equal(("foo-1:2-3.x86_64", "foo-src", 17), (foo.Nevra.ToString(), foo.Source, foo.PlacedAt));
        Assert.Equal(["cap = 1:2-3", "/usr/bin/foo"], foo.Offers.Select(one => one.ToString()));
        Assert.Equal(["cap < 2"], foo.Obsoletes.Select(one => one.ToString()));
    }
}
