using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Skyline.Server.Edge;
using Skyline.Server.Shell;

namespace Skyline.Server.Tests.Edge;

/// <summary>Proxies on both sides: those in front are believed if they are known, and the one on the way out is asked by name and password.</summary>
public sealed class ProxiesTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("skyline-proxies-").FullName;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(null, "https://")]
    [InlineData("127.0.0.0/8", "https://")]
    [InlineData("192.0.2.0/24", "http://")]
    public async Task A_proxy_is_believed_if_it_is_known(string? trusted, string scheme)
    {
        await using var site = await Site.Open(null, null, trusted is null ? [] : [$"--Skyline:TrustedProxies:0={trusted}"]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "repos/paper/paper.repo");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-For", "198.51.100.1");
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        request.Headers.Host = "build.example.org";
        using var answer = await site.Http().SendAsync(request, Ct);
        Assert.Contains($"mirrorlist={scheme}build.example.org/repos/paper/", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_that_is_none_stops_the_start() =>
        Assert.Contains("'everybody', which is neither an address nor a network", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await (await Site.Open(null, null, "--Skyline:TrustedProxies:0=everybody")).Stop())).Message, StringComparison.Ordinal);

    /// <summary>tinyproxy, which wants a name and a password, and alone knows the way to upstream.test.</summary>
    async Task<(RealProgram Proxy, WebApplication Upstream, int Port)> Tinyproxy()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        var upstream = builder.Build();
        upstream.Run(http => http.Response.WriteAsync($"{http.Request.Host}{http.Request.Path} {http.Request.Headers.ProxyAuthorization}", Ct));
        await upstream.StartAsync(Ct);
        var (port, file) = (RealProgram.FreePort(), Path.Combine(folder, "tinyproxy.conf"));
        await File.WriteAllTextAsync(file, $"Port {port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 20\nAllow 127.0.0.1\nBasicAuth skyline pass.word\nUpstream http {new Uri(upstream.Urls.First()).Authority} \".test\"\n", Ct);
        return (await RealProgram.Start("tinyproxy", ["-d", "-c", file], port, folder, Ct), upstream, port);
    }

    SkylineSettings Through(int port, string user)
    {
        var file = Path.Combine(folder, "user");
        File.WriteAllText(file, user + "\n");
        return new() { Proxy = new() { Address = $"http://127.0.0.1:{port}", UserFile = file, Except = [".direct.test"] } };
    }

    [Fact(Timeout = 60_000)]
    public async Task Others_are_asked_through_the_proxy_with_its_password_and_an_address_near_is_refused_all_the_same()
    {
        var (proxy, upstream, port) = await Tinyproxy();
        await using var _ = proxy;
        await using var __ = upstream;
        using var http = new OutwardHttp(Through(port, "skyline:pass.word"));

        using var answer = await http.Get(new("http://upstream.test/file"), Nearness.Public, Ct);
        Assert.Equal("upstream.test/file ", await answer.Content.ReadAsStringAsync(Ct));
        foreach (var near in new[] { "http://169.254.169.254/latest", "http://10.0.0.1/", "http://[fd00::1]/", "http://[::ffff:10.0.0.1]/", "http://2130706434/", "http://x.localhost/" })
            Assert.Contains("is a", (await Assert.ThrowsAsync<HttpRequestException>(() => http.Get(new(near), Nearness.Public, Ct))).Message, StringComparison.Ordinal);
        // What is asked without it is judged by its address as ever.
        await Assert.ThrowsAnyAsync<Exception>(() => http.Get(new("http://x.direct.test/"), Nearness.Public, Ct));

        using var wrong = new OutwardHttp(Through(port, "skyline:other"));
        using var refused = await wrong.Get(new("http://upstream.test/file"), Nearness.Public, Ct);
        // (tinyproxy says 407 to who has no password, and 401 to who has another.)
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        // A tunnel, as https takes one: the answer is the proxy's word, and has no password in it.
        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => wrong.Get(new("https://upstream.test/file"), Nearness.Public, Ct));
        Assert.Contains("401", fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("other", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Git_is_given_the_password_in_its_environment_alone_and_a_setting_that_holds_one_is_refused()
    {
        var proxy = new OutwardProxy(Through(3128, "sky line:p@ss:word").Proxy);
        Assert.Equal("http://sky%20line:p%40ss%3Aword@127.0.0.1:3128/", proxy.WithUser(new("https://git.example.org/x"))!.AbsoluteUri);
        Assert.Null(proxy.WithUser(new("https://git.direct.test/x")));
        foreach (var (settings, why) in new (ProxySettings, string)[]
        {
            (new() { Address = "http://me:secret@proxy:3128" }, "put USER:PASSWORD into a file"), (new() { Address = "proxy" }, "is no proxy's address"),
            (new() { Address = "http://proxy:3128", UserFile = Path.Combine(folder, "none") }, "cannot be read (Skyline:Proxy:UserFile)"), (new() { UserFile = "x" }, "set Skyline:Proxy:Address too"),
        })
        {
            var said = Assert.Throws<InvalidOperationException>(settings.Check).Message;
            Assert.Contains(why, said, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("2002:7f00:1::1", "Local"), InlineData("2002:a00:1::1", "Private"), InlineData("::7f00:1", "Local"), InlineData("2001:db8::5efe:127.0.0.1", "Local")]
    [InlineData("ff02::1", "Local"), InlineData("224.0.0.1", "Local"), InlineData("64:ff9b:1::1", "Private"), InlineData("2001:4860:4860::8888", "Public")]
    public void An_address_in_another_clothes_is_as_near_as_itself(string address, string near) => Assert.Equal(near, NearnessOf.Address(IPAddress.Parse(address)).ToString());

    [Fact]
    public async Task The_server_is_there_by_IPv6_alone_and_says_its_address_in_brackets()
    {
        await using var site = await Site.Open(null, null, "--urls=http://[::1]:0");
        Assert.Equal("[::1]", site.Address.Host);
        Assert.Contains($"mirrorlist=http://[::1]:{site.Address.Port}/repos/paper/", await site.Http().GetStringAsync("repos/paper/paper.repo", Ct), StringComparison.Ordinal);
        Assert.Equal("admin", (await site.Admin.WhoAmI(Ct)).Name);
        using var outward = new OutwardHttp(new SkylineSettings());
        Assert.Contains("is a loopback or link-local address", (await Assert.ThrowsAsync<HttpRequestException>(() => outward.Get(site.Address, Nearness.Private, Ct))).Message, StringComparison.Ordinal);
    }
}
