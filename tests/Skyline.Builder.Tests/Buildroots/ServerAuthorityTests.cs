using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Skyline.Builder.Tests;

/// <summary>A server with an authority of its own, below a path at a reverse proxy: the agent and dnf find what it names, and trust it and nobody else.</summary>
public sealed class ServerAuthorityTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://example.org/skyline/", "/repos/a/", "https://example.org/skyline/repos/a/"), InlineData("https://example.org/", "/repos/a/", "https://example.org/repos/a/")]
    [InlineData("https://example.org/skyline/", "https://mirror.example/x/", "https://mirror.example/x/"), InlineData("https://example.org/skyline/", "file:///srv/x/", "file:///srv/x/")]
    public void What_the_server_names_by_a_path_is_below_its_address(string server, string named, string address) => Assert.Equal(address, ServerSockets.At(new(server), named).AbsoluteUri);

    [Fact]
    public async Task The_agent_and_dnf_ask_the_server_by_its_authority_and_another_is_not_trusted()
    {
        using var server = new TlsHost();
        var address = new Uri(server.Address, "skyline/");
        using var data = DataFolder.Open(Scratch.Folder("server-authority"));
        using var trusting = new HttpClient(new ToTheServer(address, "sky_builders", server.Authority));
        using var stranger = new HttpClient(new ToTheServer(address, "sky_builders"));
        await using var resolver = new Resolver(new(data.MetadataOf(0)), new(), await Confinement.Probe(data, Ct), address, "sky_builders", server.Authority);

        using (var answer = await trusting.GetAsync(new Uri(address, "keys/x.asc"), Ct)) Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(new Uri(address, "keys/y.asc"), Ct));
        var recipe = TestOs.Recipe with { Repos = [TestOs.Recipe.Repos[0] with { BaseUrl = "/repos/a/x86_64/", Metalink = null, MirrorList = null }] };
        await Assert.ThrowsAsync<BuilderBrokeException>(() => resolver.Resolve(recipe, [], Ct));

        Assert.Contains("/skyline/keys/x.asc", server.Asked);
        Assert.DoesNotContain("/skyline/keys/y.asc", server.Asked);
        Assert.Contains("/skyline/repos/a/x86_64/repodata/repomd.xml", server.Asked);
    }

    [Fact]
    public void A_file_that_holds_no_authority_is_told()
    {
        var file = Path.Combine(Scratch.Folder("no-authority"), "ca.pem");
        File.WriteAllText(file, "nothing");
        Assert.Contains("there is no certificate in it", Assert.Throws<BadOptionException>(() => ServerSockets.AuthorityOf(file)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<BadOptionException>(() => ServerSockets.AuthorityOf(file + "x")).Message, StringComparison.Ordinal);
    }

    /// <summary>Speaks TLS by its own authority, writes down what it was asked for, and has nothing.</summary>
    sealed class TlsHost : IDisposable
    {
        readonly TcpListener listener = new(IPAddress.Loopback, 0);
        readonly X509Certificate2 shown;

        public TlsHost()
        {
            var now = TimeProvider.System.GetUtcNow();
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var asked = new CertificateRequest("CN=Authority", key, HashAlgorithmName.SHA256);
            asked.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            using var authority = asked.CreateSelfSigned(now.AddDays(-1), now.AddDays(9));
            Authority = authority.ExportCertificatePem();
            using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var server = new CertificateRequest("CN=server", own, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
            server.CertificateExtensions.Add(names.Build());
            using var made = server.Create(authority, now.AddHours(-1), now.AddDays(1), [1, 2, 3]);
            using var whole = made.CopyWithPrivateKey(own);
            shown = X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
            listener.Start();
            Address = new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
            _ = Serve();
        }

        public string Authority { get; }
        public Uri Address { get; }
        public ConcurrentQueue<string> Asked { get; } = new();

        async Task Serve()
        {
            try
            {
                while (true) _ = Answer(await listener.AcceptTcpClientAsync());
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        async Task Answer(TcpClient client)
        {
            try
            {
                using var _ = client;
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(shown);
                using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
                if (await reader.ReadLineAsync() is not { } line) return;
                while (await reader.ReadLineAsync() is { Length: > 0 }) { }
                Asked.Enqueue(line.Split(' ')[1]);
                await tls.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
            catch (Exception broken) when (broken is IOException or AuthenticationException)
            {
                // Who does not trust it goes.
            }
        }

        public void Dispose()
        {
            listener.Dispose();
            shown.Dispose();
        }
    }
}
