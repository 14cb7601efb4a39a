using Skyline.Protocol;

namespace Skyline.Builder.Tests.Sources;

/// <summary>Where what a spec names comes from, and what it must be.</summary>
public sealed class SourceListTests
{
    static readonly SourceOrder spec = new("hello", "https://git.example.org/hello", new('a', 40), "", SourceMethod.Spec);
    static readonly SourceOrder distGit = spec with { Method = SourceMethod.DistGit, Lookaside = "https://cache.example.org/{name}/{file}/{type}/{hash}/{file}" };
    static readonly string hash = new('c', 128);

    [Fact]
    public void An_address_is_fetched_under_the_name_that_rpm_gives_it()
    {
        var (files, why) = SourceList.Of(["https://example.org/v1.tar.gz#/hello-1.tar.gz", "http://example.org/a/b.patch", "in-the-repository-or-missing.c"], [], spec);

        Assert.Null(why);
        Assert.Equal([new("hello-1.tar.gz", "https://example.org/v1.tar.gz"), new WantedFile("b.patch", "http://example.org/a/b.patch")], files);
    }

    [Fact]
    public void What_the_file_sources_lists_comes_from_the_lookaside_cache_with_its_checksum()
    {
        var (files, why) = SourceList.Of(["https://example.org/hello+1.tar.gz", "old.tgz", "https://example.org/unlisted"], ["# a comment", "", $"SHA512 (hello+1.tar.gz) = {hash.ToUpperInvariant()}", $"{new string('d', 32)}  old.tgz"], distGit);

        Assert.Null(why);
        Assert.Equal(
        [
            new("hello+1.tar.gz", $"https://cache.example.org/hello/hello%2B1.tar.gz/sha512/{hash}/hello%2B1.tar.gz", $"sha512:{hash}"),
            new("old.tgz", $"https://cache.example.org/hello/old.tgz/md5/{new string('d', 32)}/old.tgz", $"md5:{new string('d', 32)}"),
            new WantedFile("unlisted", "https://example.org/unlisted"),
        ], files);
    }

    [Theory]
    [InlineData("ftp://example.org/x.tar.gz", "SHA512 (y) = 00")]
    [InlineData("https://example.org/..", "SHA512 (y) = 00")]
    [InlineData("https://example.org/", "SHA512 (y) = 00")]
    [InlineData("https://example.org/x", "no checksum at all")]
    [InlineData("https://example.org/x", "SHA512 (../y) = 00")]
    public void What_cannot_be_fetched_is_told_to_the_packager(string source, string line)
    {
        var (files, why) = SourceList.Of([source], [line], distGit);

        Assert.Empty(files);
        Assert.NotNull(why);
    }
}
