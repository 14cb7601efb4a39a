using System.Net;
using Skyline.Server.Tests.Externals;

namespace Skyline.Server.Tests.Repos;

public sealed class HeadTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Mirrors' tools and proxies ask with HEAD before they fetch.</summary>
    [Theory]
    [InlineData("repos/paper/paper.repo")]
    [InlineData("repos/paper/x86_64/mirrorlist")]
    [InlineData("repos/paper/x86_64/repodata/repomd.xml")]
    [InlineData("repos/paper/x86_64/repodata/repomd.xml.key")]
    [InlineData("keys/paper.asc")]
    [InlineData("coprs/skyline/paper/repo/paper-1/dnf.repo?arch=x86_64")]
    [InlineData("api_3/rpmrepo/skyline/paper/fedora-43")]
    [InlineData("api_3/project/search?query=paper")]
    [InlineData("coprs/results/skyline/paper/pubkey.gpg")]
    [InlineData("external/up/keys.asc")]
    [InlineData("external/up/x86_64/mirrorlist")]
    [InlineData("external/up/x86_64/repodata/repomd.xml")]
    public async Task What_get_gives_head_tells_of(string path)
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await site.Add(upstream.Url, keys: Upstream.Key("upstream").Public.Armored);

        using var get = await site.Http().GetAsync(path, Ct);
        using var head = await site.Http().SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Ct);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (get.StatusCode, head.StatusCode));
        Assert.Equal((get.Content.Headers.ContentLength, get.Content.Headers.ContentType, get.Headers.ETag), (head.Content.Headers.ContentLength, head.Content.Headers.ContentType, head.Headers.ETag));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Ct));
    }
}
