using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Skyline.Server.Edge;

/// <summary>Makes an authority that is good for given names alone, and certificates by it. Pure but for the keys that it makes.</summary>
static class IssueCertificate
{
    public static readonly TimeSpan Lasting = TimeSpan.FromDays(90), AuthorityLasting = TimeSpan.FromDays(3650);

    /// <summary>Name constraints (RFC 5280, 4.2.1.10), critical: whoever stole its key could be this server, and nobody else.</summary>
    public static X509Certificate2 Authority(OwnNames names, ECDsa key, DateTimeOffset now)
    {
        var request = new CertificateRequest(new X500DistinguishedName($"CN=Skyline authority of {(names.Names.Count > 0 ? names.Names[0] : "localhost")}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(new X509Extension("2.5.29.30", Constraints(names), true));
        return request.CreateSelfSigned(now.AddHours(-1), now + AuthorityLasting);
    }

    public static X509Certificate2 Server(OwnNames names, X509Certificate2 authority, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=Skyline server"), key, HashAlgorithmName.SHA256);
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names.Names) alternative.AddDnsName(name);
        foreach (var address in names.Addresses) alternative.AddIpAddress(address);
        request.CertificateExtensions.Add(alternative.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        var until = now + Lasting;
        if (until > authority.NotAfter) until = authority.NotAfter;
        using var made = request.Create(authority, now.AddHours(-1), until, [0, .. RandomNumberGenerator.GetBytes(15)]);
        return made.CopyWithPrivateKey(key);
    }

    /// <summary>What an authority is constrained to, as it was written into it.</summary>
    public static OwnNames ConstraintsOf(X509Certificate2 authority)
    {
        var (names, addresses) = (new List<string>(), new List<IPAddress>());
        if (authority.Extensions["2.5.29.30"] is { } extension)
        {
            var permitted = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence().ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
            while (permitted.HasData)
            {
                var subtree = permitted.ReadSequence();
                if (subtree.PeekTag().TagValue == 2) names.Add(subtree.ReadCharacterString(UniversalTagNumber.IA5String, new Asn1Tag(TagClass.ContextSpecific, 2)));
                else if (subtree.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 7)) is var bytes) addresses.Add(new(bytes.AsSpan(0, bytes.Length / 2)));
            }
        }
        return new(names, addresses);
    }

    static byte[] Constraints(OwnNames names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            foreach (var name in names.Names)
                using (writer.PushSequence()) writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
            foreach (var address in names.Addresses)
                using (writer.PushSequence()) writer.WriteOctetString([.. address.GetAddressBytes(), .. Enumerable.Repeat((byte)0xff, address.GetAddressBytes().Length)], new Asn1Tag(TagClass.ContextSpecific, 7));
        }
        return writer.Encode();
    }
}
