using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Skyline.Protocol;

namespace Skyline.Server.Tests.ClientCertificates;

/// <summary>TLS client certificates as people: those that are good, and every way not to be.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    readonly TestAuthority authority = new(), another = new(), nameless = new("Somebody else");
    readonly string folder = Directory.CreateTempSubdirectory("skyline-certificates-").FullName;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var one in new[] { authority, another, nameless }) one.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    string Revoked => Path.Combine(folder, "revoked.pem");

    async Task<Site> Open(params string[] settings)
    {
        var (certificate, key, authorities) = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"), Path.Combine(folder, "authorities.pem"));
        using var server = another.Certify("server", "1.3.6.1.5.5.7.3.1");
        await File.WriteAllTextAsync(certificate, server.ExportCertificatePem(), Ct);
        await File.WriteAllTextAsync(key, server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), Ct);
        await File.WriteAllTextAsync(authorities, authority.Certificate.ExportCertificatePem(), Ct);
        await File.WriteAllTextAsync(Revoked, authority.Revoke(), Ct);
        return await Site.Open(null, null, ["--urls=https://127.0.0.1:0", $"--Kestrel:Certificates:Default:Path={certificate}", $"--Kestrel:Certificates:Default:KeyPath={key}",
            $"--Skyline:ClientCertificates:Authority={authorities}", $"--Skyline:ClientCertificates:Revoked={Revoked}", .. settings]);
    }

    static HttpClient With(Site site, X509Certificate2? certificate, string? token = null)
    {
        // (Told by a callback: by itself the client sends none that is not for clients.)
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, SslOptions = { RemoteCertificateValidationCallback = (_, server, _, _) => server?.Subject == "CN=server", LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate! } };
        var http = new HttpClient(handler) { BaseAddress = site.Address };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    static async Task<string> WhyNot(Site site, X509Certificate2 certificate)
    {
        using var http = With(site, certificate);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => new SkylineClient(http).WhoAmI(Ct));
        Assert.Equal(401, refused.Status);
        return refused.Message;
    }

    [Fact]
    public async Task Who_holds_a_certificate_is_its_person_on_pages_and_the_api_and_a_token_goes_before()
    {
        await using var site = await Open();
        using var http = With(site, null, site.AdminToken);
        var admin = new SkylineClient(http);
        await admin.AddPerson(new("ann", "packager"), Ct);
        using var certificate = authority.Certify("ann");
        using var ann = With(site, certificate);

        var me = await new SkylineClient(ann).WhoAmI(Ct);
        Assert.Equal(("ann", "packager"), (me.Name, me.Role));
        Assert.Contains("You are a packager", await ann.GetStringAsync("me", Ct), StringComparison.Ordinal);
        using var both = With(site, certificate, site.AdminToken);
        Assert.Equal("admin", (await new SkylineClient(both).WhoAmI(Ct)).Name);

        // At once, as with all that they have.
        await admin.EditPerson("ann", new("viewer"), Ct);
        Assert.Equal("viewer", (await new SkylineClient(ann).WhoAmI(Ct)).Role);
        await admin.EditPerson("ann", new(Disabled: true), Ct);
        Assert.Contains("may sign in no more", await WhyNot(site, certificate), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_good_is_nobody_and_told_why()
    {
        await using var site = await Open();
        foreach (var (certificate, why) in new[]
        {
            (authority.Certify("admin", fromDays: -30, toDays: -1), "which is not now"), (authority.Certify("admin", fromDays: 1, toDays: 2), "which is not now"),
            (authority.Certify("admin", "1.3.6.1.5.5.7.3.1"), "not made for signing in"), (authority.Certify("admin", null), "not made for signing in"), (authority.Certify("admin", authority: true), "not made for signing in"),
            // By an authority of the same name, and by one of another.
            (another.Certify("admin"), "not of an authority that this server knows"), (nameless.Certify("admin"), "not of an authority that this server knows"),
            (authority.Certify("nobody"), "there is nobody of that name here"), (authority.Certify("no such name"), "names nobody"),
        })
        {
            Assert.Contains(why, await WhyNot(site, certificate), StringComparison.Ordinal);
            certificate.Dispose();
        }
        // Who shows none is asked for none, and reads what all may; a proxy's header is nobody's word.
        using var good = authority.Certify("admin");
        using var nobody = With(site, null);
        foreach (var header in new[] { "X-ARR-ClientCert", "X-Client-Cert", "X-SSL-Client-Cert", "Client-Cert" }) nobody.DefaultRequestHeaders.Add(header, Convert.ToBase64String(good.RawData));
        nobody.DefaultRequestHeaders.Add("X-SSL-Client-S-DN", "CN=admin");
        Assert.Equal(HttpStatusCode.OK, (await nobody.GetAsync("api/tags", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("api/whoami", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_revoked_one_is_refused_from_when_the_list_says_so_and_all_are_where_it_cannot_be_read()
    {
        await using var site = await Open();
        using var first = authority.Certify("admin");
        using var second = authority.Certify("admin");
        await File.WriteAllTextAsync(Revoked, authority.Revoke(first), Ct);
        File.SetLastWriteTimeUtc(Revoked, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1));

        Assert.Contains("was revoked", await WhyNot(site, first), StringComparison.Ordinal);
        using var http = With(site, second);
        Assert.Equal("admin", (await new SkylineClient(http).WhoAmI(Ct)).Name);

        using var third = authority.Certify("admin");
        File.Delete(Revoked);
        Assert.Contains("Which certificates are revoked cannot be read", await WhyNot(site, third), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_another_sites_page_sends_is_not_its_persons()
    {
        await using var site = await Open("--Skyline:ClientCertificates:Name=Email");
        using var certificate = authority.Certify("A. Person", email: "admin@example.org");
        foreach (var (header, value, allowed) in new[]
        {
            ("Sec-Fetch-Site", "cross-site", false), ("Sec-Fetch-Site", "same-site", false), ("Origin", "https://elsewhere.example", false), ("Origin", "null", false),
            ("Sec-Fetch-Site", "same-origin", true), ("Origin", site.Address.ToString().TrimEnd('/'), true), ("Accept", "*/*", true),
        })
        {
            using var http = With(site, certificate);
            http.DefaultRequestHeaders.Add(header, value);
            Assert.Equal((value, allowed ? HttpStatusCode.NotFound : HttpStatusCode.Unauthorized), (value, (await http.PostAsync("api/builds/999/cancel", null, Ct)).StatusCode));
        }
    }

    [Fact]
    public async Task An_authority_that_is_none_stops_the_start_with_a_sentence()
    {
        var file = Path.Combine(folder, "nothing.pem");
        await File.WriteAllTextAsync(file, "nothing", Ct);
        Assert.Contains("There is no certificate in", (await Assert.ThrowsAsync<InvalidOperationException>(() => Site.Open(null, null, $"--Skyline:ClientCertificates:Authority={file}"))).Message, StringComparison.Ordinal);
    }
}
