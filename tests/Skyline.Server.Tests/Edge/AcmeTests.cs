using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Skyline.Protocol;
using Skyline.Server.Edge;

namespace Skyline.Server.Tests.Edge;

/// <summary>Certificates by ACME, from the real pebble: an authority made for tests, which refuses a part of good nonces by chance.</summary>
public sealed class AcmeTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("skyline-acme-").FullName;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string Own => Path.Combine(folder, "pebble.pem");

    async Task<RealProgram> Pebble(int port, int http, int dns)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = IssueCertificate.Authority(OwnNames.Of("", [], "localhost", []), key, TimeProvider.System.GetUtcNow());
        using var server = IssueCertificate.Server(OwnNames.Of("", [], "localhost", []), made, TimeProvider.System.GetUtcNow());
        await File.WriteAllTextAsync(Own, made.ExportCertificatePem(), Ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "c.pem"), server.ExportCertificatePem(), Ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "k.pem"), server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), Ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "pebble.json"), $$$"""
            {"pebble":{"listenAddress":"127.0.0.1:{{{port}}}","managementListenAddress":"127.0.0.1:{{{RealProgram.FreePort()}}}","certificate":"c.pem","privateKey":"k.pem","httpPort":{{{http}}},"tlsPort":1,"ocspResponderURL":"","externalAccountBindingRequired":false}}
            """, Ct);
        return await RealProgram.Start("pebble", ["-config", Path.Combine(folder, "pebble.json"), "-dnsserver", $"127.0.0.1:{dns}"], port, folder, Ct, ("PEBBLE_VA_NOSLEEP", "1"));
    }

    /// <summary>Every name is this machine, for pebble.</summary>
    Task<RealProgram> Names(int dns, int management) =>
        RealProgram.Start("pebble-challtestsrv", ["-defaultIPv6", "", "-dns01", $"127.0.0.1:{dns}", "-http01", "", "-https01", "", "-tlsalpn01", "", "-management", $"127.0.0.1:{management}"], management, folder, Ct);

    [Fact(Timeout = 120_000)]
    public async Task A_certificate_comes_from_the_authority_is_kept_and_renewed()
    {
        var (port, http, https, dns) = (RealProgram.FreePort(), RealProgram.FreePort(), RealProgram.FreePort(), RealProgram.FreePort());
        await using var names = await Names(dns, RealProgram.FreePort());
        await using var pebble = await Pebble(port, http, dns);
        var data = Directory.CreateTempSubdirectory("skyline-site-").FullName;
        string[] settings = [$"--urls=http://127.0.0.1:{http};https://127.0.0.1:{https}", $"--Skyline:Tls:Acme=https://127.0.0.1:{port}/dir", $"--Skyline:Tls:AcmeAuthority={Own}", "--Skyline:Tls:AcmeTermsAgreed=true", "--Skyline:Tls:AcmeMail=me@example.org", "--Skyline:PublicUrl=https://build.skyline.test"];

        var site = await Site.Open(data, null, settings);
        using var first = await Given(site, https, "");
        Assert.Equal(["build.skyline.test"], first.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames());
        Assert.Contains((await site.Admin.Health(Ct)).Findings, found => found.State == HealthState.Ok && found.Says.Contains("the next is asked for by itself", StringComparison.Ordinal));
        await site.Stop();

        // The next start has it still; and when two thirds of its time are over, it has another.
        site = await Site.Open(data, null, settings);
        Assert.Equal(first.SerialNumber, (await Shown(https)).SerialNumber);
        await site.Stop();
        var time = new LaterTime();
        time.Pass((first.NotAfter - first.NotBefore) * 3 / 4);
        await using var later = await Site.Open(data, services => services.AddSingleton<TimeProvider>(time), settings);
        using var second = await Given(later, https, first.SerialNumber);
    }

    [Fact(Timeout = 60_000)]
    public async Task Why_there_is_none_is_told_by_health()
    {
        await using var site = await Site.Open(null, null, $"--urls=http://127.0.0.1:0;https://127.0.0.1:{RealProgram.FreePort()}", $"--Skyline:Tls:Acme=https://127.0.0.1:{RealProgram.FreePort()}/dir", "--Skyline:PublicUrl=https://build.skyline.test");
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!(await site.Admin.Health(Ct)).Findings.Any(found => found.State == HealthState.Fault && found.Says.Contains("has no certificate yet", StringComparison.Ordinal) && found.Says.Contains("cannot be reached", StringComparison.Ordinal))) await tick.WaitForNextTickAsync(Ct);
        Assert.Contains("set Skyline:PublicUrl to its https address", (await Assert.ThrowsAsync<InvalidOperationException>(() => Site.Open(null, null, "--Skyline:Tls:Acme=https://acme.example.org/dir"))).Message, StringComparison.Ordinal);
    }

    /// <summary>Until one is shown that pebble gave, and not the one before.</summary>
    static async Task<X509Certificate2> Given(Site site, int https, string before)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var shown = await Shown(https);
            if (shown.Issuer.Contains("Pebble", StringComparison.Ordinal) && shown.SerialNumber != before) return shown;
            shown.Dispose();
            if ((await site.Admin.Health(Ct)).Findings.FirstOrDefault(found => found.State == HealthState.Fault && found.Check == "certificates") is { } fault) Assert.Fail(fault.Says);
            await tick.WaitForNextTickAsync(Ct);
        }
    }

    static async Task<X509Certificate2> Shown(int https)
    {
        X509Certificate2? met = null;
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => (met = X509CertificateLoader.LoadCertificate(certificate!.GetRawCertData())) is not null } });
        (await http.GetAsync(new Uri($"https://127.0.0.1:{https}/healthz"), Ct)).Dispose();
        return met!;
    }
}
