using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Skyline.Protocol;

namespace Skyline.Server.Edge;

/// <summary>
/// A certificate and its key from files. Whether they changed is looked at when somebody connects, at most once a second: a watcher would miss
/// links that are put elsewhere, which is how certbot and Kubernetes renew. What cannot be read leaves the one that was read before.
/// </summary>
sealed class CertificateFiles(TlsSettings settings, TimeProvider time, ILogger<CertificateFiles> log) : ICertificateSource
{
    static readonly TimeSpan lookAgain = TimeSpan.FromSeconds(1);

    readonly Lock gate = new();
    (DateTime Certificate, DateTime Key) written;
    DateTimeOffset looked;
    SslStreamCertificateContext? shown;
    volatile string? fault;

    string KeyFile => settings.Key.Length > 0 ? settings.Key : settings.Certificate;

    public void Open()
    {
        var (read, why) = Read(settings.Certificate, KeyFile, time.GetUtcNow());
        if (read is null) throw new InvalidOperationException(why);
        (shown, written, looked, fault) = (read, Written(), time.GetUtcNow(), why);
        if (why is not null) log.LogError("{Why}", why);
    }

    public SslStreamCertificateContext Now()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (now - looked < lookAgain) return shown!;
            looked = now;
            if (Written() is var at && at != written) Renew(at, now);
            return shown!;
        }
    }

    void Renew((DateTime, DateTime) at, DateTimeOffset now)
    {
        var (read, why) = Read(settings.Certificate, KeyFile, now);
        (written, fault) = (at, why);
        if (why is not null) log.LogError("{Why} The certificate that was read before is shown until then.", why);
        if (read is null) return;
        shown = read;
        log.LogInformation("The certificate in {File} is shown from now on; it is good until {Until:yyyy-MM-dd}", settings.Certificate, read.TargetCertificate.NotAfter.ToUniversalTime());
    }

    (DateTime, DateTime) Written() => (File.GetLastWriteTimeUtc(settings.Certificate), File.GetLastWriteTimeUtc(KeyFile));

    /// <returns>Both where it can be shown and yet is not as it should be: it is over.</returns>
    public static (SslStreamCertificateContext? Read, string? Why) Read(string certificate, string key, DateTimeOffset now)
    {
        var reading = certificate;
        try
        {
            var text = File.ReadAllText(certificate);
            reading = key;
            var secret = File.ReadAllText(key);
            if (!secret.Contains("PRIVATE KEY-----", StringComparison.Ordinal)) return (null, $"There is no private key in {key} (Skyline:Tls:Key): it holds the one of the certificate in {certificate}, in PEM.");
            reading = certificate;
            var all = new X509Certificate2Collection();
            all.ImportFromPem(text);
            if (all.Count == 0) return (null, $"There is no certificate in {certificate} (Skyline:Tls:Certificate): it holds the server's, in PEM, and after it those between it and its authority.");
            return Together(certificate, key, text, secret, all, now);
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            return (null, $"{reading} cannot be read ({(reading == certificate ? "Skyline:Tls:Certificate" : "Skyline:Tls:Key")}): {bad.Message} See that it is there, and that the user which the server runs as may read it.");
        }
        catch (CryptographicException bad)
        {
            return (null, $"{reading} is no certificate in PEM (Skyline:Tls:Certificate): {bad.Message}");
        }
    }

    static (SslStreamCertificateContext?, string?) Together(string certificate, string key, string text, string secret, X509Certificate2Collection all, DateTimeOffset now)
    {
        X509Certificate2 own;
        try
        {
            own = X509Certificate2.CreateFromPem(text, secret);
        }
        catch (Exception bad) when (bad is CryptographicException or ArgumentException)
        {
            return (null, $"The key in {key} is not that of the first certificate in {certificate} ({all[0].Subject}), or has a password: {bad.Message} Put the pair there that belongs together (Skyline:Tls:Certificate, Skyline:Tls:Key).");
        }
        var over = now > own.NotAfter.ToUniversalTime()
            ? $"The certificate in {certificate} was good until {own.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC, so clients refuse it. Put a new one there; it is read without a restart." : null;
        return (SslStreamCertificateContext.Create(own, [.. all.Skip(1)], offline: true), over);
    }

    public Health.Finding Look(DateTimeOffset now)
    {
        var (file, until) = (settings.Certificate, shown!.TargetCertificate.NotAfter.ToUniversalTime());
        if (fault is { } why) return new("certificates", HealthState.Fault, $"{why}", $"What is put there is read without a restart.");
        return until < now + TimeSpan.FromDays(21)
            ? new("certificates", HealthState.Warning, $"The certificate of this server in {file} is good until {until:yyyy-MM-dd} only.", $"Put a new one there before that day; it is read without a restart.")
            : Health.Finding.Ok("certificates", $"The certificate of this server in {file} is good until {until:yyyy-MM-dd}.");
    }
}
