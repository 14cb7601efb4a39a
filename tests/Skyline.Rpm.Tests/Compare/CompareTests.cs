using System.Text;
using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Compare;

/// <summary>Why two packages differ, said tag by tag and file by file.</summary>
public sealed class CompareTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly SyntheticRpm hello = new("hello", "1.0", "1") { Files = [new("/usr/bin/hello", "hello\n"u8.ToArray()), new("/usr/share/hello/words", "words\n"u8.ToArray())] };

    static async Task<PackageDifferences> Compare(SyntheticRpm before, SyntheticRpm after) =>
        ComparePackages.Compare(await RpmPackage.Read(new MemoryStream(before.Build()), Ct), await RpmPackage.Read(new MemoryStream(after.Build()), Ct));

    [Fact]
    public async Task The_same_package_differs_in_nothing()
    {
        var found = await Compare(hello, hello);

        Assert.Empty(found.Tags);
        Assert.Empty(found.Files);
        Assert.False(found.OnlyCompression);
    }

    [Fact]
    public async Task A_tag_that_differs_is_named_with_both_values_and_one_that_only_one_has_with_its_own()
    {
        var found = await Compare(hello, hello with { Summary = "Another", BuildTime = 1_700_000_001, Header = header => header.Texts(RpmTag.ExclusiveArch, ["x86_64"]) });

        Assert.Equal([new(1004, "SUMMARY", "A package", "Another"), new(1006, "BUILDTIME", "1700000000", "1700000001"), new(1061, "EXCLUSIVEARCH", null, "x86_64")], found.Tags.Take(3));
        // (The synthetic package's files have the time of its build.)
        Assert.Equal(["PAYLOADDIGEST", "PAYLOADDIGESTALT"], found.Tags.Skip(3).Select(tag => tag.Name));
        Assert.All(found.Files, file => Assert.Equal("mtime 2023-11-14T22:13:20Z → 2023-11-14T22:13:21Z", file.What));
    }

    [Fact]
    public async Task Files_are_told_by_what_differs_in_them_and_not_again_by_the_lists_that_they_stand_in()
    {
        var found = await Compare(hello, hello with { Files = [new("/usr/bin/hello", "HELLO, world\n"u8.ToArray(), Mode: 0x81ed), new("/usr/share/hello/more", [])] });

        Assert.Equal(["/usr/bin/hello", "/usr/share/hello/more", "/usr/share/hello/words"], found.Files.Select(file => file.Path));
        Assert.Matches("^digest [0-9a-f]{16}… → [0-9a-f]{16}…, size 6 → 13, mode 100644 → 100755$", found.Files[0].What);
        Assert.Equal(["only in the second", "only in the first"], found.Files.Skip(1).Select(file => file.What));
        Assert.DoesNotContain(found.Tags, tag => tag.Name is "FILEDIGESTS" or "FILESIZES" or "FILEMODES" or "BASENAMES");
    }

    [Fact]
    public async Task Of_packages_of_other_versions_the_version_is_one_difference_among_others()
    {
        var found = await Compare(hello, hello with { Release = "2" });

        Assert.Contains(found.Tags, tag => tag is { Name: "RELEASE", Before: "1", After: "2" });
    }

    [Fact]
    public async Task A_value_from_a_hostile_package_is_short_and_harmless()
    {
        var found = await Compare(hello, hello with { Summary = "\u001b]0;owned\u0007\u202e" + new string('x', 5000) });

        var shown = Assert.Single(found.Tags).After!;
        Assert.Equal(201, shown.Length);
        Assert.DoesNotContain(shown, c => char.IsControl(c) || c == '\u202e');
    }

    [Fact]
    public async Task Thousands_of_files_that_differ_are_counted_and_the_first_are_listed()
    {
        var many = Enumerable.Range(0, 800).Select(i => new SyntheticFile($"/usr/share/hello/{i:0000}", Encoding.ASCII.GetBytes($"{i}"))).ToList();

        var found = await Compare(hello with { Files = [] }, hello with { Files = many });

        Assert.Equal((500, 300), (found.Files.Count, found.MoreFiles));
    }

    [Fact]
    public void What_rpmbuild_packs_harder_differs_in_its_compression_alone()
    {
        using var folder = new TempFolder();
        var (fast, hard) = (Built(folder.Path, "w1.zstdio"), Built(folder.Path, "w9.zstdio"));

        var found = ComparePackages.Compare(fast, hard);

        Assert.True(found.OnlyCompression, string.Join(", ", found.Tags));
        Assert.True(found.SamePayload);
        Assert.Contains(found.Tags, tag => tag.Name == "PAYLOADDIGEST");
    }

    static RpmPackage Built(string folder, string payload)
    {
        var spec = Path.Combine(folder, "packed.spec");
        File.WriteAllText(spec, """
            Name: packed
            Version: 1
            Release: 1
            Summary: Packed
            License: MIT
            BuildArch: noarch
            %description
            Packed.
            %install
            mkdir -p %{buildroot}/usr/share/packed
            for i in $(seq 2000); do echo "$i some words that come again and again"; done >%{buildroot}/usr/share/packed/words
            touch -d @1700000000 %{buildroot}/usr/share/packed/words %{buildroot}/usr/share/packed
            %files
            /usr/share/packed
            %changelog
            * Sat Jan 06 2024 T Ester <t@example.org> - 1-1
            - first
            """);
        var top = Path.Combine(folder, payload);
        HostTool.Run(folder, "rpmbuild", ["-bb", "--define", $"_topdir {top}", "--define", $"_dbpath {top}/db", "--define", $"_binary_payload {payload}", "--define", "_buildhost skyline",
            "--define", "source_date_epoch_from_changelog 1", "--define", "use_source_date_epoch_as_buildtime 1", "--define", "clamp_mtime_to_source_date_epoch 1", spec]).Succeeded();
        using var file = File.OpenRead(Directory.GetFiles(top, "*.rpm", SearchOption.AllDirectories).Single());
        return RpmPackage.Read(file, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }
}
