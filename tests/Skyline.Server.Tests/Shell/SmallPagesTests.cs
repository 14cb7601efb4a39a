using System.Net.Http.Headers;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Shell;

public sealed class SmallPagesTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("builds", "br")]
    [InlineData("tags/paper", "br")]
    [InlineData("login", "br")]
    [InlineData("no/such/page", "br")]
    [InlineData("api/builds", null)]
    [InlineData("repos/paper/x86_64/repodata/repomd.xml", null)]
    public async Task Pages_are_compressed_and_what_programs_ask_for_is_left_as_it_is(string address, string? encoding)
    {
        await using var site = await Site.Open();
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { AcceptEncoding = { new("br"), new("gzip") } } };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));

        using var answer = await site.Http().SendAsync(request, Ct);

        Assert.Equal(encoding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
    }

    [Fact]
    public async Task Others_style_sheets_come_compressed_under_their_fingerprint_as_our_own_do()
    {
        await using var site = await Site.Open();
        var page = await site.Http().GetStringAsync("builds", Ct);
        foreach (var name in new[] { "lib/mudblazor", "skyline", "parts" })
        {
            var address = System.Text.RegularExpressions.Regex.Match(page, $"href=\"({name}\\.[a-z0-9]+\\.css)\"").Groups[1].Value;
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { AcceptEncoding = { new("gzip") } } };
            using var answer = await site.Http().SendAsync(request, Ct);
            Assert.Equal((name, "gzip"), (name, string.Join(',', answer.Content.Headers.ContentEncoding)));
        }
    }
}
