using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Skyline.Protocol;

namespace Skyline.Server.Health;

/// <summary>How people reach this server, and certificates in files that its settings name.</summary>
static class CheckCertificates
{
    static readonly TimeSpan soon = TimeSpan.FromDays(21);

    /// <param name="files">What each is, and where.</param>
    public static IEnumerable<Finding> Look(SkylineSettings settings, IEnumerable<(string What, string File)> files, DateTimeOffset now)
    {
        yield return Address(settings.PublicUrl);
        foreach (var (what, file) in files) yield return Certificate(what, file, now);
    }

    static Finding Address(string address) => Uri.TryCreate(address, UriKind.Absolute, out var known) switch
    {
        false => new("address", HealthState.Warning, $"This server does not know the address that people have for it, so it sends no mail, and there are no passkeys.", $"Set PublicUrl on the page of settings.", "/settings#PublicUrl"),
        _ when known!.Scheme == "https" || known.IsLoopback => Finding.Ok("address", $"People know this server as {address}", "/settings#PublicUrl"),
        _ => new("address", HealthState.Warning, $"People know this server as {address}, without TLS: passwords and tokens can be read on the way.", $"Put a reverse proxy with HTTPS before it, and set PublicUrl to the address in front.", "/settings#PublicUrl"),
    };

    static Finding Certificate(string what, string file, DateTimeOffset now)
    {
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(file);
            if (all.Count == 0) return new("certificates", HealthState.Fault, $"There is no certificate in {file}, {what}.", $"Put one there, in PEM.");
            var ends = all.Min(one => one.NotAfter.ToUniversalTime());
            foreach (var one in all) one.Dispose();
            return ends < now ? new("certificates", HealthState.Fault, $"{file}, {what}, was good until {ends:yyyy-MM-dd}.", $"Put a new one there, and restart.")
                : ends < now + soon ? new("certificates", HealthState.Warning, $"{file}, {what}, is good until {ends:yyyy-MM-dd}.", $"Put a new one there before, and restart.")
                : Finding.Ok("certificates", $"{file}, {what}, is good until {ends:yyyy-MM-dd}.");
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return new("certificates", HealthState.Fault, $"{file}, {what}, cannot be read: {fault.Message}", $"Is it there, in PEM, and may the server's user read it?");
        }
    }
}
