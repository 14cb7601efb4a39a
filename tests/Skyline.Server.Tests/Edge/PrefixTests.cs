using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Server.Edge;
using Skyline.Testing;

namespace Skyline.Server.Tests.Edge;

/// <summary>The server below a path, behind the real nginx: what is outside of that path is answered with 418, and nobody may come there.</summary>
public sealed partial class PrefixTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("skyline-prefix-").FullName;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [GeneratedRegex(" (href|src|action|formaction|data-to|data-begin)=\"([^\"]*)\"")]
    private static partial Regex Addresses();

    static HttpClient Browser(int port, string? session = null)
    {
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri($"http://localhost:{port}/skyline/") };
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        if (session is not null) http.DefaultRequestHeaders.Add("Cookie", $"skyline-person={session}");
        return http;
    }

    [Theory(Timeout = 120_000), InlineData("/skyline/"), InlineData("/")]
    public async Task Every_address_in_every_main_page_is_below_the_prefix_and_leads_somewhere(string cut)
    {
        await using var site = await Site.Open(null, null, "--Skyline:PathBase=/skyline");
        var port = RealProgram.FreePort();
        await using var nginx = await RealProgram.Nginx(folder, port, site.Address, Ct, cut: cut);
        using var http = Browser(port, await site.Session(site.AdminToken));
        var (waiting, seen, wrong) = (new Queue<string>(), new HashSet<string>(), new List<string>());
        foreach (var page in new[] { "", "builds", "tags", "tags/paper", "targets", "builders", "people", "settings", "health", "keys", "externals", "repositories", "help", "new", "me", "find?q=a", "keeping", "side-tags", "advisories" }) waiting.Enqueue($"/skyline/{page}");
        var pages = 0;
        while (waiting.TryDequeue(out var path))
        {
            if (!seen.Add(path.Split('?', '#')[0])) continue;
            using var answer = await http.GetAsync(path, Ct);
            var status = (int)answer.StatusCode;
            // (What is no page's to open, as the API by a cookie, is refused without a prefix too.)
            if (status >= 400 && status != await Directly(site, path, http.DefaultRequestHeaders.GetValues("Cookie").Single())) wrong.Add($"{path}: {status}");
            if (answer.Headers.Location is { } leads && !Below(new Uri(http.BaseAddress!, leads))) wrong.Add($"{path} leads to {leads}");
            if (answer.Content.Headers.ContentType?.MediaType != "text/html" || pages++ >= 40) continue;
            var html = await answer.Content.ReadAsStringAsync(Ct);
            Assert.Contains("<base href=\"/skyline/\"", html, StringComparison.Ordinal);
            foreach (Match match in Addresses().Matches(html))
            {
                var address = new Uri(http.BaseAddress!, WebUtility.HtmlDecode(match.Groups[2].Value));
                if (address.Host != "localhost" || address.Scheme is not "http") continue;
                if (!Below(address)) wrong.Add($"{path} has {match.Value}");
                // (Forms are asked for by a post, and what signs out is left alone.)
                else if (match.Groups[1].Value is "href" or "src") waiting.Enqueue(address.PathAndQuery);
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.InRange(pages, 30, 1000);
    }

    static async Task<int> Directly(Site site, string path, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path["/skyline".Length..]);
        request.Headers.Add("Cookie", cookie);
        request.Headers.Accept.ParseAdd("text/html");
        using var answer = await site.Http().SendAsync(request, Ct);
        return (int)answer.StatusCode;
    }

    static bool Below(Uri address) => address.AbsolutePath == "/skyline" || address.AbsolutePath.StartsWith("/skyline/", StringComparison.Ordinal);

    [Fact(Timeout = 120_000)]
    public async Task Signing_in_live_pages_the_api_builders_and_dnf_work_there()
    {
        await using var site = await Site.Open(null, null, "--Skyline:PathBase=/skyline");
        var port = RealProgram.FreePort();
        await using var nginx = await RealProgram.Nginx(folder, port, site.Address, Ct);
        using var http = Browser(port);

        // A form, its cookies, and where it leads.
        using var form = await http.GetAsync("login", Ct);
        var token = Regex.Match(await form.Content.ReadAsStringAsync(Ct), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        var forgery = form.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith(".AspNetCore.Antiforgery", StringComparison.Ordinal));
        Assert.Contains("path=/skyline", forgery, StringComparison.OrdinalIgnoreCase);
        using var signing = new HttpRequestMessage(HttpMethod.Post, "login") { Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = token, ["token"] = site.AdminToken, ["back"] = "/builds" }) };
        signing.Headers.Add("Cookie", forgery.Split(';')[0]);
        using var signed = await http.SendAsync(signing, Ct);
        Assert.Equal((HttpStatusCode.Redirect, "/skyline/builds"), (signed.StatusCode, signed.Headers.Location?.ToString()));
        Assert.Contains(signed.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("skyline-person=", StringComparison.Ordinal) && cookie.Contains("path=/skyline;", StringComparison.OrdinalIgnoreCase));

        // A live page's socket.
        using var negotiated = await http.PostAsync("_blazor/negotiate?negotiateVersion=1", null, Ct);
        var connection = JsonNode.Parse(await negotiated.Content.ReadAsStringAsync(Ct))!["connectionToken"]!.GetValue<string>();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://localhost:{port}/skyline/_blazor?id={Uri.EscapeDataString(connection)}"), Ct);
        Assert.Equal(WebSocketState.Open, socket.State);

        // The API, and what describes it.
        using var admin = Browser(port);
        admin.DefaultRequestHeaders.Authorization = new("Bearer", site.AdminToken);
        Assert.Equal("admin", (await new SkylineClient(admin).WhoAmI(Ct)).Name);
        using var builder = Browser(port);
        builder.DefaultRequestHeaders.Authorization = new("Bearer", site.BuilderToken);
        Assert.Null(await new PaperBuilder(new BuilderContract(builder)).TryLease(waitSeconds: 1));

        // A repository, by its .repo file.
        var repos = Directory.CreateDirectory(Path.Combine(folder, "repos")).FullName;
        var file = await http.GetStringAsync("repos/paper/paper.repo", Ct);
        Assert.Contains($"mirrorlist=http://localhost:{port}/skyline/repos/paper/", file, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(repos, "paper.repo"), file, Ct);
        var said = await Tool.Run("env", [$"HOME={folder}", "dnf", "-y", $"--installroot={folder}/root", "--releasever=1", "--forcearch=x86_64", $"--setopt=reposdir={repos}", "--setopt=pluginpath=/nonexistent", "makecache"], Ct);
        Assert.True(said.ExitCode == 0, said.Output);
    }

    [Fact]
    public async Task The_path_of_PublicUrl_is_the_prefix_and_one_that_is_a_page_of_ours_is_refused()
    {
        await using var site = await Site.Open(null, null, "--Skyline:PublicUrl=https://example.org/skyline");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address };
        Assert.Contains("<base href=\"/skyline/\"", await http.GetStringAsync("login", Ct), StringComparison.Ordinal);
        foreach (var (settings, why) in new (string[], string)[]
        {
            (["--Skyline:PathBase=/builds"], "this server has pages of its own under /builds"), (["--Skyline:PathBase=/a b"], "it is made of letters"),
            (["--Skyline:PathBase=/a", "--Skyline:PublicUrl=https://example.org/b"], "it ends with the same path"),
        })
            Assert.Contains(why, (await Assert.ThrowsAsync<InvalidOperationException>(() => Site.Open(null, null, settings))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<a href=\"/builds\">x</a>", "<a href=\"/skyline/builds\">x</a>")]
    [InlineData("<a href=\"/\">", "<a href=\"/skyline/\">")]
    [InlineData("<a href=\"/skyline/x\"><a href=\"/skyline\"><a href=\"/skylines\">", "<a href=\"/skyline/x\"><a href=\"/skyline\"><a href=\"/skyline/skylines\">")]
    [InlineData("<a href=\"//elsewhere/\"><input value=\"/builds\"><p data-href=\"/x\">", "<a href=\"//elsewhere/\"><input value=\"/builds\"><p data-href=\"/x\">")]
    [InlineData("<form action=\"/a\"><button formaction=\"/b\"><img src=\"/c\">", "<form action=\"/skyline/a\"><button formaction=\"/skyline/b\"><img src=\"/skyline/c\">")]
    [InlineData("content=\"0;url=/login\"", "content=\"0;url=/skyline/login\"")]
    public async Task A_page_is_the_same_however_it_is_cut(string html, string becomes)
    {
        for (var size = 1; size <= html.Length; size++)
        {
            var http = new DefaultHttpContext { Response = { ContentType = "text/html; charset=utf-8" } };
            using var made = new MemoryStream();
            await using var page = new PrefixedPage(made, "/skyline", http.Response);
            foreach (var piece in Encoding.UTF8.GetBytes(html).Chunk(size)) await page.WriteAsync(piece, Ct);
            await page.End(Ct);
            Assert.Equal(becomes, Encoding.UTF8.GetString(made.ToArray()));
        }
    }
}
