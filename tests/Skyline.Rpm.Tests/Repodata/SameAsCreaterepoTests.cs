using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Repodata;

/// <summary>Our metadata against that of the real createrepo_c over the same files: equal in meaning, package by package.</summary>
public sealed class SameAsCreaterepoTests : IDisposable
{
    readonly TempFolder ours = new();
    readonly TempFolder theirs = new();

    public void Dispose()
    {
        ours.Dispose();
        theirs.Dispose();
    }

    [Fact]
    public async Task Real_packages_have_the_same_metadata()
    {
        foreach (var rpm in RealRpms.All)
            Put(rpm);
        await Compare(expected: RealRpms.All.Count);
    }

    [Fact]
    public async Task Packages_beyond_what_rpmbuild_makes_have_the_same_metadata()
    {
        var odd = OddPackages.All.ToList();
        foreach (var package in odd)
            Put(package.WriteTo(ours["made"]));
        Directory.Delete(ours["made"], recursive: true);
        await Compare(expected: odd.Count);
    }

    [Fact]
    public async Task A_version_3_package_has_the_same_metadata_but_for_a_provide_that_old_rpm_repeats()
    {
        Put(OddPackages.BinaryThree.WriteTo(ours["made"]));
        Directory.Delete(ours["made"], recursive: true);
        // rpm 4.18 appends a provide of its own name to such a package as it reads it; rpm 6 no longer does.
        await Compare(expected: 1, WithoutRepeats);
    }

    [Fact]
    public async Task A_large_mixed_repository_has_the_same_metadata()
    {
        foreach (var package in SyntheticCorpus.Packages(200, medianPayload: 2_000))
            Put(package.WriteTo(ours["made"]));
        Directory.Delete(ours["made"], recursive: true);
        await Compare(expected: 200);
    }

    void Put(string rpm)
    {
        var name = Path.GetFileName(rpm);
        foreach (var root in (string[])[ours.Path, theirs.Path])
        {
            var folder = Directory.CreateDirectory(Path.Combine(root, "Packages", name[..1])).FullName;
            File.Copy(rpm, Path.Combine(folder, name));
            File.SetLastWriteTimeUtc(Path.Combine(folder, name), DateTime.UnixEpoch.AddSeconds(1_600_000_000 + name.Length));
        }
    }

    async Task Compare(int expected, Func<string, string>? tidy = null)
    {
        await Repositories.Publish(ours.Path, MetadataCompression.Zstd);
        Repositories.Createrepo(theirs.Path);
        foreach (var type in (string[])["primary", "filelists", "other"])
        {
            var mine = Repositories.Load(ours.Path, type);
            var reference = Repositories.Load(theirs.Path, type);
            Assert.Equal(reference.Root!.Name, mine.Root!.Name);
            Assert.Equal(expected.ToString(System.Globalization.CultureInfo.InvariantCulture), (string?)mine.Root.Attribute("packages"));
            var (a, b) = (Repositories.Packages(reference), Repositories.Packages(mine));
            Assert.Equal(a.Keys, b.Keys);
            foreach (var id in a.Keys)
            {
                var wanted = tidy is null ? a[id] : tidy(a[id]);
                Assert.True(wanted == b[id], $"createrepo_c writes\n{wanted}\nand we\n{b[id]}");
            }
        }
    }

    static string WithoutRepeats(string text)
    {
        var lines = text.Split('\n');
        return string.Join('\n', lines.Where((line, i) => i == 0 || line != lines[i - 1]));
    }
}
