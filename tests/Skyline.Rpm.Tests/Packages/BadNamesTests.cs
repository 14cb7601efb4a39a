using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Packages;

/// <summary>Names become file names, addresses and arguments: what could do harm there is refused with a sentence.</summary>
public sealed class BadNamesTests
{
    [Theory]
    [InlineData("../evil", "1", "1", "x86_64")]
    [InlineData("/etc/evil", "1", "1", "x86_64")]
    [InlineData("ev il", "1", "1", "x86_64")]
    [InlineData("-evil", "1", "1", "x86_64")]
    [InlineData(".evil", "1", "1", "x86_64")]
    [InlineData("evil\n", "1", "1", "x86_64")]
    [InlineData("evil\u0001", "1", "1", "x86_64")]
    [InlineData("a..b", "1", "1", "x86_64")]
    [InlineData("", "1", "1", "x86_64")]
    [InlineData("good", "1/2", "1", "x86_64")]
    [InlineData("good", "1-2", "1", "x86_64")]
    [InlineData("good", "../1", "1", "x86_64")]
    [InlineData("good", "", "1", "x86_64")]
    [InlineData("good", "1", "1%{dist}", "x86_64")]
    [InlineData("good", "1", "..", "x86_64")]
    [InlineData("good", "1", "1", "../x86_64")]
    [InlineData("good", "1", "1", "x86-64")]
    [InlineData("good\u00e9", "1", "1", "noarch")]
    public async Task A_name_that_could_not_safely_be_a_file_name_is_refused(string name, string version, string release, string arch) =>
        Assert.StartsWith("test.rpm has ", await Reading.Refusal(new SyntheticRpm(name, version, release, arch).Build()), StringComparison.Ordinal);

    [Fact]
    public async Task A_name_too_long_for_a_file_is_refused()
    {
        Assert.Contains("at most 255", await Reading.Refusal(new SyntheticRpm(new string('a', 5000)).Build()), StringComparison.Ordinal);
        Assert.Contains("at most 255", await Reading.Refusal(new SyntheticRpm(new string('a', 150), new string('1', 150)).Build()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_undefined_macro_in_a_release_is_explained() =>
        Assert.Equal("test.rpm has the release \"1%{dist}\": a macro in the spec file was not defined, so rpmbuild left it as it stood.",
            await Reading.Refusal(new SyntheticRpm("macro", "1", "1%{dist}").Build()));

    [Theory]
    [InlineData(RpmTag.Name, "has no name")]
    [InlineData(RpmTag.Version, "has no version")]
    [InlineData(RpmTag.Release, "has no release")]
    [InlineData(RpmTag.Arch, "has no architecture")]
    public async Task A_package_without_a_part_of_its_name_is_refused(RpmTag tag, string says) =>
        Assert.Equal($"test.rpm {says}.", await Reading.Refusal(new SyntheticRpm("bad") { Header = h => h.Without(tag) }.Build()));

    [Theory]
    [InlineData("/usr/../../etc/passwd")]
    [InlineData("/usr/share/..")]
    [InlineData("usr/bin/relative")]
    [InlineData("/usr/bin/new\nline")]
    [InlineData("/usr/b\u0007in/bell")]
    public async Task A_file_that_climbs_or_is_relative_is_refused(string path)
    {
        Assert.Contains("holds the file name", await Reading.Refusal(new SyntheticRpm("bad") { Files = [new(path, [])] }.Build()), StringComparison.Ordinal);
        Assert.Contains("holds the file name", await Reading.Refusal(new SyntheticRpm("bad") { Format = RpmFormat.V3, Files = [new("/first", []), new(path, [])] }.Build()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/cron.d/evil")]
    [InlineData("../evil")]
    [InlineData("..")]
    [InlineData("sub/evil")]
    public async Task A_source_packages_file_with_a_folder_is_refused(string path)
    {
        var bad = new SyntheticRpm("bad") { IsSource = true, Files = [new("bad.spec", []), new(path, [])] };
        Assert.Contains("holds the file name", await Reading.Refusal(bad.Build()), StringComparison.Ordinal);
        Assert.Contains("holds the file name", await Reading.Refusal((bad with { Format = RpmFormat.V3 }).Build()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../evil.src.rpm")]
    [InlineData("/evil.src.rpm")]
    [InlineData("evil\n.src.rpm")]
    [InlineData("")]
    public async Task An_origin_that_is_no_file_name_is_refused(string source) =>
        Assert.Contains("which is no plain file name", await Reading.Refusal(new SyntheticRpm("bad") { SourceRpm = source }.Build()), StringComparison.Ordinal);

    [Fact]
    public async Task A_package_that_claims_to_be_source_and_binary_is_refused() =>
        Assert.Contains("both that it is a source package and that it was built from", await Reading.Refusal(new SyntheticRpm("both") { Header = h => h.Int32(RpmTag.SourcePackage, 1) }.Build()), StringComparison.Ordinal);

    [Fact]
    public async Task An_epoch_beyond_an_integer_is_refused() =>
        Assert.Contains("has the epoch 4294967295", await Reading.Refusal(new SyntheticRpm("bad") { Header = h => h.Int32(RpmTag.Epoch, 0xffffffff) }.Build()), StringComparison.Ordinal);
}
