using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>What download tools and caches between client and server count on, asked by curl.</summary>
public sealed class CurlTests : IDisposable
{
    readonly TempFolder folder = new();
    readonly ServedTag tag;
    readonly byte[] package;

    public CurlTests(ServedTags tags)
    {
        tag = tags.Zstd;
        package = File.ReadAllBytes(Path.Combine(tag.Reference, Location));
    }

    const string Location = "Packages/p/packed-xz-blocks-1.0-1.noarch.rpm";

    string Address(string path) => $"{tag.Repository}{path}";

    byte[] Downloaded => File.ReadAllBytes(folder["file"]);

    /// <returns>What was asked for with --write-out.</returns>
    string Curl(string writeOut, params IEnumerable<string> arguments) =>
        HostTool.Run(folder.Path, "curl", ["--silent", "--show-error", "--output", folder["file"], "--write-out", writeOut, .. arguments]).Succeeded().Trim();

    /// <param name="first">From here; below zero: counted from the end.</param>
    /// <param name="count">So many bytes; zero: to the end.</param>
    [Theory]
    [InlineData("0-0", 0, 1), InlineData("10-19", 10, 10), InlineData("1000-", 1000, 0), InlineData("-20", -20, 20), InlineData("100-99999999", 100, 0)]
    public void A_part_is_sent_to_who_asks_for_a_part(string range, int first, int count)
    {
        var from = first < 0 ? package.Length + first : first;
        var to = count == 0 ? package.Length : from + count;

        Assert.Equal($"206 bytes {from}-{to - 1}/{package.Length}", Curl("%{http_code} %header{content-range}", "--range", range, Address(Location)));
        Assert.Equal(package[from..to], Downloaded);
    }

    [Fact]
    public void A_part_that_is_not_there_is_refused()
    {
        Assert.Equal($"416 bytes */{package.Length}", Curl("%{http_code} %header{content-range}", "--range", "99999999-", Address(Location)));
    }

    [Fact]
    public void A_download_that_was_broken_off_goes_on_where_it_ended()
    {
        File.WriteAllBytes(folder["file"], package[..100_000]);

        Assert.Equal($"206 {package.Length - 100_000}", Curl("%{http_code} %{size_download}", "--continue-at", "-", Address(Location)));
        Assert.Equal(package, Downloaded);
    }

    [Fact]
    public void A_part_of_another_file_than_the_client_has_begun_is_not_sent_but_the_whole()
    {
        Assert.Equal("200", Curl("%{http_code}", "--range", "10-19", "--header", "If-Range: \"another\"", Address(Location)));
        Assert.Equal(package, Downloaded);
    }

    [Theory]
    [InlineData(Location), InlineData("repodata/repomd.xml"), InlineData("repodata/repomd.xml.asc"), InlineData("primary")]
    public void What_the_client_has_already_is_not_sent_again(string path)
    {
        var address = Address(path == "primary" ? Primary : path);

        Assert.Equal("200", Curl("%{http_code}", "--etag-save", folder["etag"], address));
        Assert.Equal("304 0", Curl("%{http_code} %{size_download}", "--etag-compare", folder["etag"], address));
    }

    [Theory]
    [InlineData(Location), InlineData("repodata/repomd.xml"), InlineData("primary")]
    public void The_head_alone_says_what_the_whole_would(string path)
    {
        const string facts = "%{http_code} %header{content-length} %header{content-type} %header{etag} %header{cache-control} %header{accept-ranges}";
        var address = Address(path == "primary" ? Primary : path);

        var whole = Curl(facts, address);

        Assert.Equal(whole, HostTool.Run(folder.Path, "curl", "--silent", "--head", "--output", "/dev/null", "--write-out", facts, address).Succeeded().Trim());
        Assert.StartsWith($"200 {Downloaded.Length} ", whole);
    }

    /// <summary>Packages and metadata are compressed already: compressed once more they would have lost their checksum, their parts, and time.</summary>
    [Theory]
    [InlineData(Location), InlineData("primary")]
    public void Nothing_is_compressed_twice(string path)
    {
        var address = Address(path == "primary" ? Primary : path);
        Curl("", address);
        var identity = Downloaded;

        Assert.Equal($"{identity.Length} none", Curl("%{size_download} none%header{content-encoding}", "--header", "Accept-Encoding: gzip, br, zstd", address));
        Assert.Equal(identity, Downloaded);
    }

    [Fact]
    public void Repomd_xml_is_what_was_signed_whether_a_client_takes_gzip_or_not()
    {
        Curl("", Address("repodata/repomd.xml"));
        var identity = Downloaded;

        Curl("", "--compressed", Address("repodata/repomd.xml"));

        Assert.Equal(identity, Downloaded);
    }

    [Fact]
    public void One_connection_serves_many_requests()
    {
        var answers = HostTool.Run(folder.Path, "curl", "--silent", "--write-out", "%{http_code} %{num_connects}\n", "--output", "a", Address(Location), "--output", "b", Address("repodata/repomd.xml"),
            "--output", "c", Address("repodata/nothing"), "--output", "d", Address(Primary)).Succeeded();

        Assert.Equal("200 1\n200 0\n404 0\n200 0\n", answers);
    }

    [Fact]
    public void An_old_client_that_knows_only_http_1_0_is_served()
    {
        Assert.Equal("200", Curl("%{http_code}", "--http1.0", Address(Location)));
        Assert.Equal(package, Downloaded);
    }

    string Primary => $"repodata/{Path.GetFileName(Assert.Single(Directory.GetFiles(Path.Combine(tag.Downloaded, "repodata"), "*-primary.xml.*")))}";

    public void Dispose() => folder.Dispose();
}
