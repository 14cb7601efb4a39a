using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Skyline.Builder.Tests;

/// <summary>The builder's token is for its own server: neither another that a recipe names sees it, nor one that the server leads to.</summary>
public sealed class ToTheServerTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://build.example:8420/repos/a", true), InlineData("http://build.example:8421/repos/a", false), InlineData("https://build.example:8420/repos/a", false)]
    [InlineData("http://build.example.net:8420/", false), InlineData("http://other/?http://build.example:8420/", false), InlineData("http://build.example:8420@other/", false), InlineData("HTTP://BUILD.example:8420/x", true)]
    public void Its_own_server_is_that_of_the_same_scheme_host_and_port(string address, bool own) =>
        Assert.Equal(own, ToTheServer.IsThere(new Uri("http://build.example:8420/"), new Uri(address)));

    [Fact]
    public async Task Where_the_server_leads_elsewhere_the_token_does_not_follow()
    {
        using var elsewhere = new Host("localhost", _ => null);
        using var server = new Host("127.0.0.1", path => $"{elsewhere.Address}{path}");
        using var http = new HttpClient(new ToTheServer(server.Address, "sky_builders"));
        using var data = DataFolder.Open(Scratch.Folder("to-the-server"));
        await using var resolver = new Resolver(new(data.MetadataOf(0)), new(), await Confinement.Probe(data, Ct), server.Address, "sky_builders");

        await http.GetAsync(new Uri(server.Address, "keys/x.asc"), Ct);
        await http.GetAsync(new Uri(elsewhere.Address, "keys/y.asc"), Ct);
        var recipe = TestOs.Recipe with { Repos = [TestOs.Recipe.Repos[0] with { BaseUrl = "/repos/a/x86_64/", Metalink = null, MirrorList = null }, TestOs.Recipe.Repos[0] with { Id = "other", BaseUrl = $"{elsewhere.Address}repo/", Metalink = null, MirrorList = null }] };
        await Assert.ThrowsAsync<BuilderBrokeException>(() => resolver.Resolve(recipe, [], Ct));

        Assert.Contains(server.Asked, asked => asked is { Path: "keys/x.asc", Authorization: "Bearer sky_builders" });
        Assert.Contains(server.Asked, asked => asked.Path.EndsWith("repomd.xml", StringComparison.Ordinal) && asked.Authorization!.StartsWith("Basic ", StringComparison.Ordinal));
        Assert.Contains(elsewhere.Asked, asked => asked.Path == "keys/x.asc");
        Assert.Contains(elsewhere.Asked, asked => asked.Path == "keys/y.asc");
        Assert.All(elsewhere.Asked, asked => Assert.Null(asked.Authorization));
    }

    /// <summary>Asks whoever shows nothing for a password, leads who does elsewhere, and writes down what it was shown.</summary>
    sealed class Host : IDisposable
    {
        readonly HttpListener listener = new();

        public Host(string name, Func<string, string?> leads)
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            Address = new Uri($"http://{name}:{((IPEndPoint)free.LocalEndpoint).Port}/");
            free.Stop();
            listener.Prefixes.Add(Address.ToString());
            listener.Start();
            _ = Serve(leads);
        }

        public Uri Address { get; }
        public ConcurrentQueue<(string Path, string? Authorization)> Asked { get; } = new();

        async Task Serve(Func<string, string?> leads)
        {
            while (true)
            {
                HttpListenerContext context;
                try
                {
                    context = await listener.GetContextAsync();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
                var (path, shown) = (context.Request.Url!.AbsolutePath[1..], context.Request.Headers["Authorization"]);
                Asked.Enqueue((path, shown));
                var to = leads(path);
                context.Response.StatusCode = to is null ? 404 : shown is null ? 401 : 302;
                if (to is not null && shown is null) context.Response.Headers["WWW-Authenticate"] = "Basic realm=\"x\"";
                if (to is not null && shown is not null) context.Response.RedirectLocation = to;
                context.Response.Close();
            }
        }

        public void Dispose() => listener.Close();
    }
}
