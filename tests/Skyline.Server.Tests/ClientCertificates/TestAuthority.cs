using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Skyline.Server.Tests.ClientCertificates;

/// <summary>An authority that certifies whatever a test says.</summary>
sealed class TestAuthority : IDisposable
{
    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public X509Certificate2 Certificate { get; }

    public TestAuthority(string name = "Test authority")
    {
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-400), TimeProvider.System.GetUtcNow().AddDays(400));
    }

    /// <param name="usage">Of its key: clientAuth, serverAuth; null: not said.</param>
    public X509Certificate2 Certify(string name, string? usage = "1.3.6.1.5.5.7.3.2", int fromDays = -1, int toDays = 1, bool authority = false, string? email = null)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        if (usage is not null) request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        if (email is not null) names.AddEmailAddress(email);
        request.CertificateExtensions.Add(names.Build());
        using var certified = request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), TimeProvider.System.GetUtcNow().AddDays(fromDays), TimeProvider.System.GetUtcNow().AddDays(toDays), [1, .. RandomNumberGenerator.GetBytes(12)]);
        using var whole = certified.CopyWithPrivateKey(own);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    public string Revoke(params X509Certificate2[] certificates)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var one in certificates) list.AddEntry(one);
        return PemEncoding.WriteString("X509 CRL", list.Build(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), 1, TimeProvider.System.GetUtcNow().AddDays(1), HashAlgorithmName.SHA256, X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false)));
    }

    public void Dispose()
    {
        Certificate.Dispose();
        key.Dispose();
    }
}
