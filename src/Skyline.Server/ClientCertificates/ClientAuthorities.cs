using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Skyline.Server.People;

namespace Skyline.Server.ClientCertificates;

/// <summary>
/// People by the certificate that their TLS connection was made with. What an authority says of a certificate is kept for some seconds, whose it
/// is as all callers are; the list of revoked ones is read again when its file changes.
/// </summary>
sealed class ClientAuthorities(SkylineSettings settings, KnownCallers callers, TimeProvider time)
{
    static readonly TimeSpan lasting = TimeSpan.FromSeconds(5);
    const int MostKnown = 1000;

    sealed record Judged(string? Name, string? Why, long At);

    readonly ConcurrentDictionary<string, Judged> judged = new(StringComparer.Ordinal);
    readonly X509Certificate2Collection authorities = Load(settings.ClientCertificates.Authority);

    public X509Certificate2Collection Authorities => authorities;

    /// <returns>Who it is, or why it is nobody.</returns>
    public (ClaimsPrincipal? Caller, string? Why) Find(X509Certificate2 certificate)
    {
        var key = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        if (!judged.TryGetValue(key, out var known) || Stopwatch.GetElapsedTime(known.At) >= lasting)
        {
            if (judged.Count >= MostKnown) judged.Clear();
            var (name, why) = Judge(certificate);
            judged[key] = known = new(name, why, Stopwatch.GetTimestamp());
        }
        if (known.Name is null) return (null, known.Why);
        return callers.FindNamed(known.Name) is { } caller ? (caller, null) : (null, $"Your certificate is of '{known.Name}', and there is nobody of that name here, or they may sign in no more.");
    }

    (string? Name, string? Why) Judge(X509Certificate2 certificate)
    {
        try
        {
            var revoked = settings.ClientCertificates.Revoked is { Length: > 0 } file ? RevokedCertificates.Read(file) : null;
            return CertificateVerdict.Of(certificate, authorities, revoked, settings.ClientCertificates.Name, time.GetUtcNow());
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Without the list nobody knows what is revoked, so nothing is good.
            return (null, $"Which certificates are revoked cannot be read ({settings.ClientCertificates.Revoked}), so none is good at this moment; an administrator looks at Skyline__ClientCertificates__Revoked.");
        }
    }

    /// <exception cref="InvalidOperationException">There is none in it.</exception>
    static X509Certificate2Collection Load(string file)
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPemFile(file);
        }
        catch (CryptographicException bad)
        {
            throw new InvalidOperationException($"{file} cannot be read as certificates (Skyline__ClientCertificates__Authority): {bad.Message}");
        }
        return all.Count > 0 ? all : throw new InvalidOperationException($"There is no certificate in {file} (Skyline__ClientCertificates__Authority); it holds those of the authorities, in PEM.");
    }
}
