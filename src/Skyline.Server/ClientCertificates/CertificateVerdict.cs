using System.Security.Cryptography.X509Certificates;
using Skyline.Server.Tags;

namespace Skyline.Server.ClientCertificates;

/// <summary>Whether a certificate is good, and whom it names. Pure: it asks nothing of the network, whatever address the certificate holds.</summary>
static class CertificateVerdict
{
    const string ForClients = "1.3.6.1.5.5.7.3.2";

    public static (string? Name, string? Why) Of(X509Certificate2 certificate, X509Certificate2Collection authorities, RevokedCertificates? revoked, CertificateName from, DateTimeOffset now)
    {
        if (now < certificate.NotBefore || now > certificate.NotAfter) return (null, $"Your certificate is good from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC, which is not now; ask whoever made it for another.");
        if (!IsForClients(certificate)) return (null, "Your certificate is not made for signing in (its extended key usage is not clientAuth, or it is an authority's); ask whoever made it for another.");
        using var chain = new X509Chain { ChainPolicy = Policy(authorities, now) };
        if (!chain.Build(certificate)) return (null, $"Your certificate is not of an authority that this server knows ({string.Join(", ", chain.ChainStatus.Select(status => status.Status))}).");
        if (revoked is not null && chain.ChainElements.Any(element => revoked.Has(element.Certificate))) return (null, "Your certificate was revoked; ask whoever made it for another.");
        var name = from == CertificateName.Email ? certificate.GetNameInfo(X509NameType.EmailName, forIssuer: false).Split('@')[0] : certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return Names.IsGood(name) ? (name, null) : (null, $"Your certificate names nobody: its {(from == CertificateName.Email ? "e-mail address" : "common name")} is no name of a person here.");
    }

    /// <summary>Nothing is fetched, and who is trusted is who is set: the system's authorities make people of nobody.</summary>
    public static X509ChainPolicy Policy(X509Certificate2Collection authorities, DateTimeOffset now)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true, VerificationTime = now.UtcDateTime };
        foreach (var one in authorities) (one.SubjectName.RawData.AsSpan().SequenceEqual(one.IssuerName.RawData) ? policy.CustomTrustStore : policy.ExtraStore).Add(one);
        return policy;
    }

    static bool IsForClients(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(usage => usage.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>().Any(oid => oid.Value == ForClients))
        && !certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(basic => basic.CertificateAuthority);
}
