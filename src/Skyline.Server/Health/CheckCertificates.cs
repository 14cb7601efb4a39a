using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Skyline.Protocol;

namespace Skyline.Server.Health;

/// <summary>How people reach this server, and certificates in files that its settings name.</summary>
static class CheckCertificates
{
    static readonly TimeSpan soon = TimeSpan.FromDays(21);

    /// <param name="files">What each is, and where.</param>
    public static IEnumerable<Finding> Look(SkylineSettings settings, IEnumerable<(FormattableString What, string File)> files, DateTimeOffset now)
    {
        yield return Address(settings.PublicUrl);
        foreach (var (what, file) in files) yield return Certificate(what, file, now);
    }

    static Finding Address(string address) => Uri.TryCreate(address, UriKind.Absolute, out var known) switch
    {
        false => new("address", HealthState.Warning, $"This server does not know the address that people reach it under, so it sends no mail, and nobody can add a passkey.", $"Set PublicUrl to that address on the page of settings, as in `https://skyline.example.org`.", "/settings#PublicUrl"),
        _ when known!.Scheme == "https" || known.IsLoopback => Finding.Ok("address", $"People reach this server under {address}", "/settings#PublicUrl"),
        _ => new("address", HealthState.Warning, $"People reach this server under {address}, without TLS: passwords and tokens can be read on the way.", $"Give it a certificate (Tls:Certificate, Tls:OwnAuthority or Tls:Acme), or put a reverse proxy with HTTPS in front of it, and set PublicUrl to its https address.", "/settings#PublicUrl"),
    };

    static Finding Certificate(FormattableString what, string file, DateTimeOffset now)
    {
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(file);
            if (all.Count == 0) return new("certificates", HealthState.Fault, $"There is no certificate in the file {file}, which is to hold {what}.", $"Put it there, in PEM, and restart the server.");
            var ends = all.Min(one => one.NotAfter.ToUniversalTime());
            foreach (var one in all) one.Dispose();
            return ends < now ? new("certificates", HealthState.Fault, $"The file {file} holds {what}, which was good until {ends:yyyy-MM-dd}: it is refused since.", $"Put a new one there, and restart the server.")
                : ends < now + soon ? new("certificates", HealthState.Warning, $"The file {file} holds {what}, which is good until {ends:yyyy-MM-dd} only.", $"Put a new one there before that day, and restart the server.")
                : Finding.Ok("certificates", $"The file {file} holds {what}, which is good until {ends:yyyy-MM-dd}.");
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return new("certificates", HealthState.Fault, $"The file {file}, which is to hold {what}, cannot be read: {fault.Message}", $"See that it is there, that it is PEM, and that the user which the server runs as may read it; then restart the server.");
        }
    }
}
