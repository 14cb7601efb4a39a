using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Skyline.Protocol;

namespace Skyline.Server.Edge;

/// <summary>
/// The server's own authority. It is made once and kept, its key sealed; the certificate by it is made at each start and when two thirds of its time
/// are over, and kept nowhere, for whoever trusts the authority trusts the next one too. The authority is good for this server's names as they were when
/// it was made: a name that came later is in no certificate, and health says what to do.
/// </summary>
sealed class OwnAuthority(SkylineSettings settings, OwnCertificates kept, TimeProvider time, ILogger<OwnAuthority> log) : ICertificateSource
{
    const string Name = "authority";

    readonly Lock gate = new();
    SslStreamCertificateContext? shown;
    X509Certificate2? authority;

    public X509Certificate2? Authority => authority;

    public static string Fingerprint(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();

    public void Open()
    {
        var names = OwnNames.Of(settings);
        authority = Kept() ?? Make(names);
        Issue(names);
        log.LogInformation("This server is its own authority: /ca.crt has its certificate, whose SHA-256 is {Fingerprint}", Fingerprint(authority));
    }

    public SslStreamCertificateContext Now()
    {
        lock (gate)
        {
            if (RenewAt(shown!.TargetCertificate) <= time.GetUtcNow()) Issue(OwnNames.Of(settings));
            return shown!;
        }
    }

    static DateTimeOffset RenewAt(X509Certificate2 certificate) => new DateTimeOffset(certificate.NotBefore.ToUniversalTime()) + (certificate.NotAfter - certificate.NotBefore) * 2 / 3;

    void Issue(OwnNames names)
    {
        var may = IssueCertificate.ConstraintsOf(authority!);
        shown = SslStreamCertificateContext.Create(IssueCertificate.Server(new([.. names.Names.Where(may.Has)], [.. names.Addresses.Where(may.Addresses.Contains)]), authority!, time.GetUtcNow()), [authority!], offline: true);
    }

    X509Certificate2? Kept()
    {
        if (kept.Find(Name) is not { } found) return null;
        using var key = found.Key;
        using var certificate = X509Certificate2.CreateFromPem(found.Content);
        return time.GetUtcNow() < certificate.NotAfter ? certificate.CopyWithPrivateKey(key) : null;
    }

    X509Certificate2 Make(OwnNames names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var made = IssueCertificate.Authority(names, key, time.GetUtcNow());
        kept.Keep(Name, made.ExportCertificatePem(), key, CancellationToken.None).GetAwaiter().GetResult();
        return made;
    }

    public Health.Finding Look(DateTimeOffset now)
    {
        var (names, may) = (OwnNames.Of(settings), IssueCertificate.ConstraintsOf(authority!));
        var (until, fingerprint) = (authority!.NotAfter.ToUniversalTime(), Fingerprint(authority!));
        // (Addresses come and go; what people were told is names.)
        if (names.Names.FirstOrDefault(name => !may.Has(name)) is { } foreign)
            return new("certificates", HealthState.Warning, $"This server is called {foreign} too, and its own authority was made before that: no certificate by it can be for that name.", $"Stop the server, run `skyline-server new-authority`, start it, and give whoever trusts the old authority the new one.");
        return until < now + TimeSpan.FromDays(180)
            ? new("certificates", HealthState.Warning, $"This server's own authority (SHA-256 {fingerprint}) is good until {until:yyyy-MM-dd} only.", $"Stop the server, run `skyline-server new-authority`, start it, and give whoever trusts the old authority the new one.")
            : Health.Finding.Ok("certificates", $"This server is its own authority, whose certificate is at /ca.crt: SHA-256 {fingerprint}, good until {until:yyyy-MM-dd}.");
    }
}
