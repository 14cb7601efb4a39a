using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Skyline.Server.ClientCertificates;

/// <summary>
/// Revocation lists of a file, in PEM (several) or DER (one), by serial number. The file is the administrator's own, so its signature is not
/// asked; nor is its age: a list that nobody renews revokes what it revoked.
/// </summary>
sealed class RevokedCertificates
{
    static readonly Lock gate = new();
    static (string File, DateTime Written, RevokedCertificates Lists)? last;

    readonly List<CertificateRevocationListBuilder> lists = [];

    public static RevokedCertificates Read(string file)
    {
        lock (gate)
        {
            var written = File.GetLastWriteTimeUtc(file);
            if (last is { } known && known.File == file && known.Written == written) return known.Lists;
            var read = new RevokedCertificates(File.ReadAllBytes(file));
            last = (file, written, read);
            return read;
        }
    }

    RevokedCertificates(byte[] content)
    {
        if (!content.AsSpan().StartsWith("-----"u8))
        {
            lists.Add(CertificateRevocationListBuilder.Load(content, out _));
            return;
        }
        for (ReadOnlySpan<char> rest = Encoding.ASCII.GetString(content); PemEncoding.TryFind(rest, out var found); rest = rest[found.Location.End..])
            lists.Add(CertificateRevocationListBuilder.LoadPem(rest[found.Location], out _));
    }

    public bool Has(X509Certificate2 certificate)
    {
        // The framework has no way to look one up but to take it out: it is put back.
        lock (gate)
        {
            foreach (var list in lists)
            {
                if (!list.RemoveEntry(certificate.SerialNumberBytes.Span)) continue;
                list.AddEntry(certificate.SerialNumberBytes.Span);
                return true;
            }
            return false;
        }
    }
}
