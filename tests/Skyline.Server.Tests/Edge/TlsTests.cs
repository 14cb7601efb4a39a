using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Skyline.Protocol;
using Skyline.Server.Edge;
using Skyline.Server.Tests.ClientCertificates;

namespace Skyline.Server.Tests.Edge;

/// <summary>TLS in the server itself: from files, by its own authority, and nobody left on HTTP.</summary>
public sealed class TlsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("skyline-tls-").FullName;
    readonly TestAuthority authority = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    string Certificate => Path.Combine(folder, "server.pem");
    string Key => Path.Combine(folder, "server.key");

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    void Write(string name, int fromDays = -1, int toDays = 30, bool otherKey = false)
    {
        using var made = authority.Certify(name, "1.3.6.1.5.5.7.3.1", fromDays, toDays);
        using var another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Certificate, made.ExportCertificatePem());
        File.WriteAllText(Key, (otherKey ? another : made.GetECDsaPrivateKey()!).ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Whom a new connection meets.</summary>
    static async Task<string> Met(Uri address)
    {
        var met = "";
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => (met = certificate!.Subject).Length > 0 } });
        (await http.GetAsync(new Uri(address, "healthz"), Ct)).Dispose();
        return met;
    }

    [Fact]
    public async Task A_certificate_that_changes_is_shown_without_a_restart_and_one_that_is_no_pair_is_not()
    {
        Write("first");
        var time = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(time), "--urls=https://127.0.0.1:0", $"--Skyline:Tls:Certificate={Certificate}", $"--Skyline:Tls:Key={Key}");
        Assert.Equal("CN=first", await Met(site.Address));

        Write("second", otherKey: true);
        Later(1, time);
        Assert.Equal("CN=first", await Met(site.Address));
        // The test's own certificate, of no authority.
#pragma warning disable CA5359
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }) { BaseAddress = site.Address };
#pragma warning restore CA5359
        http.DefaultRequestHeaders.Authorization = new("Bearer", site.AdminToken);
        var health = await new SkylineClient(http).Health(Ct);
        Assert.Contains(health.Findings, found => found.State == HealthState.Fault && found.Says.Contains($"The key in {Key} is not that of the first certificate in {Certificate} (CN=second)", StringComparison.Ordinal));

        Write("third");
        Later(2, time);
        Assert.Equal("CN=third", await Met(site.Address));
        Assert.Contains((await new SkylineClient(http).Health(Ct)).Findings, found => found.State == HealthState.Ok && found.Says.Contains(Certificate, StringComparison.Ordinal));
    }

    /// <summary>The files' clock may be coarse, and the server looks once a second.</summary>
    void Later(int minutes, LaterTime time)
    {
        foreach (var file in new[] { Certificate, Key }) File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(minutes));
        time.Pass(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task What_cannot_be_shown_stops_the_start_with_the_file_the_cause_and_the_cure()
    {
        async Task<string> Why(params string[] settings) => (await Assert.ThrowsAsync<InvalidOperationException>(() => Site.Open(null, null, ["--urls=https://127.0.0.1:0", .. settings]))).Message;
        string[] both = [$"--Skyline:Tls:Certificate={Certificate}", $"--Skyline:Tls:Key={Key}"];

        Assert.Contains($"{Certificate} cannot be read (Skyline:Tls:Certificate)", await Why(both), StringComparison.Ordinal);
        Write("x", otherKey: true);
        Assert.Contains($"The key in {Key} is not that of the first certificate in {Certificate}", await Why(both), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Key, "nothing", Ct);
        Assert.Contains($"There is no private key in {Key}", await Why(both), StringComparison.Ordinal);
        Write("x");
        await File.WriteAllTextAsync(Certificate, "nothing", Ct);
        Assert.Contains($"There is no certificate in {Certificate}", await Why(both), StringComparison.Ordinal);
        Assert.Contains("more than one is set", await Why([.. both, "--Skyline:Tls:OwnAuthority=true"]), StringComparison.Ordinal);
        Write("x", -30, -1);
        Assert.Contains("so clients refuse it", CertificateFiles.Read(Certificate, Key, TimeProvider.System.GetUtcNow()).Why, StringComparison.Ordinal);
    }

    static HttpClient Trusting(Uri address, string pem)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(pem);
        return new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } }) { BaseAddress = address };
    }

    [Fact]
    public async Task Its_own_authority_stays_the_same_and_its_certificates_are_renewed()
    {
        var time = new LaterTime();
        var (data, said, first) = (Directory.CreateTempSubdirectory("skyline-site-").FullName, "", "");
        string[] settings = ["--urls=http://127.0.0.1:0;https://localhost:0", "--Skyline:Tls:OwnAuthority=true", "--Skyline:PublicUrl=https://build.example.org"];
        settings[0] = $"--urls=http://127.0.0.1:0;https://127.0.0.1:{RealProgram.FreePort()}";
        var secure = new Uri(settings[0].Split(';')[1]);
        var site = await Site.Open(data, services => services.AddSingleton<TimeProvider>(time), settings);
        said = await site.Http().GetStringAsync("ca.crt", Ct);
        using (var http = Trusting(secure, said)) Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("healthz", Ct)).StatusCode);
        using (var certificate = X509Certificate2.CreateFromPem(said))
        {
            var may = IssueCertificate.ConstraintsOf(certificate);
            Assert.Equal("build.example.org", may.Names[0]);
            Assert.Contains("localhost", may.Names);
            var found = (await site.Admin.Health(Ct)).Findings.Single(found => found.Says.Contains("its own authority", StringComparison.Ordinal));
            Assert.Contains(OwnAuthority.Fingerprint(certificate), found.Says, StringComparison.Ordinal);
        }
        first = site.Part<ICertificateSource>().Now().TargetCertificate.SerialNumber;
        Assert.Equal(first, site.Part<ICertificateSource>().Now().TargetCertificate.SerialNumber);
        time.Pass(TimeSpan.FromDays(61));
        Assert.NotEqual(first, site.Part<ICertificateSource>().Now().TargetCertificate.SerialNumber);
        await site.Stop();

        site = await Site.Open(data, null, settings);
        Assert.Equal(said, await site.Http().GetStringAsync("ca.crt", Ct));
        using (var http = Trusting(secure, said)) Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("healthz", Ct)).StatusCode);
        // A name that came later is in no certificate, and told.
        await site.Stop();
        await using var renamed = await Site.Open(data, null, [.. settings[..2], "--Skyline:PublicUrl=https://other.example.org"]);
        Assert.Contains((await renamed.Admin.Health(Ct)).Findings, found => found.State == HealthState.Warning && found.Says.Contains("This server is called other.example.org too", StringComparison.Ordinal) && found.Cure!.Contains("new-authority", StringComparison.Ordinal));
    }

    [Fact]
    public void Whoever_stole_its_key_is_this_server_and_nobody_else()
    {
        var now = TimeProvider.System.GetUtcNow();
        var names = OwnNames.Of("https://build.example.org", ["192.0.2.7"], "machine", [IPAddress.Parse("2001:db8::5")]);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = IssueCertificate.Authority(names, key, now);
        bool Good(OwnNames of)
        {
            using var server = IssueCertificate.Server(of, made, now);
            using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
            chain.ChainPolicy.CustomTrustStore.Add(made);
            return chain.Build(server);
        }

        Assert.True(Good(names));
        Assert.False(Good(new(["bank.example.com"], [])));
        Assert.False(Good(new(["build.example.org"], [IPAddress.Parse("192.0.2.8")])));
        Assert.False(Good(new([], [IPAddress.Parse("2001:db8::6")])));
    }

    [Fact]
    public async Task Who_comes_from_elsewhere_by_http_is_led_to_https_and_this_machine_is_not()
    {
        await using var site = await Site.Open(null, null, $"--urls=http://127.0.0.1:0;https://127.0.0.1:{RealProgram.FreePort()}", "--Skyline:Tls:OwnAuthority=true", "--Skyline:PublicUrl=https://build.example.org");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address };
        async Task<HttpResponseMessage> From(string? address, string path, string? scheme = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (address is not null) request.Headers.Add("X-Forwarded-For", address);
            if (scheme is not null) request.Headers.Add("X-Forwarded-Proto", scheme);
            request.Headers.Host = "build.example.org";
            return await http.SendAsync(request, Ct);
        }

        var led = await From("192.0.2.1", "builds?state=Failed");
        Assert.Equal((HttpStatusCode.PermanentRedirect, "https://build.example.org/builds?state=Failed"), (led.StatusCode, led.Headers.Location?.OriginalString));
        Assert.Equal(HttpStatusCode.PermanentRedirect, (await From("2001:db8::1", "builds")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await From(null, "builds")).StatusCode);
        foreach (var open in new[] { "ca.crt", "healthz" }) Assert.Equal(HttpStatusCode.OK, (await From("192.0.2.1", open)).StatusCode);
        var secure = await From("192.0.2.1", "builds", "https");
        Assert.Equal((HttpStatusCode.OK, "max-age=31536000"), (secure.StatusCode, secure.Headers.GetValues("Strict-Transport-Security").Single()));
    }
}
