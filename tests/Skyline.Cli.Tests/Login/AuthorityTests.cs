using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Skyline.Cli.Tests.Running;
using Skyline.Server.Tests;

namespace Skyline.Cli.Tests.Login;

/// <summary>The real server with an authority of its own, below a path: trusted by file or fingerprint, kept with the login, and no other is.</summary>
public sealed class AuthorityTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<string> AuthorityOf(Site site)
    {
        // It is what is to be trusted from then on, so nothing can vouch for it yet.
#pragma warning disable CA5359
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
#pragma warning restore CA5359
        return await http.GetStringAsync(new Uri(site.Address, "ca.crt"), Ct);
    }

    [Fact]
    public async Task A_login_by_file_or_fingerprint_is_kept_with_the_authority_and_no_other_is_trusted()
    {
        await using var site = await Site.Open(null, null, "--urls=https://127.0.0.1:0", "--Skyline:Tls:OwnAuthority=true", "--Skyline:PathBase=/skyline");
        await using var another = await Site.Open(null, null, "--urls=https://127.0.0.1:0", "--Skyline:Tls:OwnAuthority=true");
        using var home = new TempFolder();
        var (world, url, pem) = (CliWorld.WithHome(home), $"{site.Address}skyline", await AuthorityOf(site));
        var (token, file, others) = (home.File("token", site.AdminToken + "\n"), home.File("ca.pem", pem), home.File("others.pem", await AuthorityOf(another)));
        using var authority = X509Certificate2.CreateFromPem(pem);
        var sha256 = authority.GetCertHashString(HashAlgorithmName.SHA256);

        using var stranger = await CliRun.Of(world, "login", url, "--token-file", token);
        Assert.Equal(4, await stranger.Exit);
        Assert.Contains("--ca-fingerprint", stranger.Error, StringComparison.Ordinal);
        using var mistaken = await CliRun.Of(world, "login", url, "--token-file", token, "--ca", others);
        Assert.Equal(4, await mistaken.Exit);
        using var wrong = await CliRun.Of(world, "login", url, "--token-file", token, "--ca-fingerprint", new string('0', 64));
        Assert.Equal(2, await wrong.Exit);
        Assert.Contains("has another fingerprint", wrong.Error, StringComparison.Ordinal);
        using var none = await CliRun.Of(world, "login", url, "--token-file", token, "--ca", token);
        Assert.Contains("There is no certificate in", none.Error, StringComparison.Ordinal);

        foreach (var how in new[] { new[] { "--ca", file }, ["--ca-fingerprint", string.Join(':', sha256.Chunk(2).Select(pair => new string(pair)))] })
        {
            using var login = await CliRun.Of(world, ["login", url, "--token-file", token, .. how]);
            Assert.Equal((0, ""), (await login.Exit, login.Error));
            using var next = await CliRun.Of(world, "target", "list");
            Assert.Equal((0, ""), (await next.Exit, next.Error));
            Assert.Contains("paper", next.Out, StringComparison.Ordinal);
        }
    }
}
