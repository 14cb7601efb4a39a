using Skyline.Rpm.Tests.Packages;
using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Specs;

/// <summary>A source package that we write ourselves is one to the host's rpm.</summary>
public sealed class WriteSourceTests : IDisposable
{
    readonly TempFolder temp = new();

    const string Spec = "Name: tiny\nVersion: 1.5\nRelease: 3%{?dist}\nSummary: Tiny\nLicense: MIT\nBuildArch: noarch\n%description\nTiny.\n%install\nmkdir -p %{buildroot}/usr/share/tiny\necho 1 > %{buildroot}/usr/share/tiny/one\n%files\n/usr/share/tiny\n%changelog\n* Sun Nov 01 2026 T Ester <t@example.org> - 1.5-3\n- first\n";

    static byte[] Package => WriteSource.Of(new("tiny", "1.5", "3", "Tiny", "Tiny.", "MIT", 1_793_534_400), Spec);

    public void Dispose() => temp.Dispose();

    [Fact]
    public async Task It_reads_and_verifies_as_what_it_says_it_is()
    {
        var package = await Reading.Verify(Package);

        Assert.True(package.IsSource);
        Assert.Equal("tiny-1.5-3.src", package.Nevra.ToString());
        Assert.Equal("tiny.spec", Assert.Single(package.Files).Path);
        Assert.Equal(Package, Package);
    }

    [Fact]
    public void The_hosts_rpm_checks_it_and_builds_it()
    {
        var file = temp["tiny-1.5-3.src.rpm"];
        File.WriteAllBytes(file, Package);

        Assert.Contains("digests OK", HostTool.Run(temp.Path, "rpm", "-K", "--dbpath", temp["db"], file).Succeeded(), StringComparison.Ordinal);
        HostTool.Run(temp.Path, "rpmbuild", "--rebuild", "--nodeps", "--define", $"_topdir {temp.Path}/build", "--define", $"_dbpath {temp.Path}/db", file).Succeeded();
        Assert.Single(Directory.GetFiles(temp["build/RPMS/noarch"], "tiny-1.5-3*.noarch.rpm"));
    }
}
