using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Skyline.Builder;

/// <summary>The one place where the agent's ways to others are made (a test looks for others): through the proxy of the environment, if there is one.</summary>
static class ServerSockets
{
    /// <param name="authority">What the other side's certificate must be of, in PEM; null: what this machine trusts.</param>
    public static SocketsHttpHandler Make(string? authority, TimeSpan? connectWithin = null)
    {
        var sockets = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(10) };
        if (connectWithin is { } soon) sockets.ConnectTimeout = soon;
        if (authority is not null) sockets.SslOptions.CertificateChainPolicy = Policy(authority);
        return sockets;
    }

    static X509ChainPolicy Policy(string pem)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(pem);
        return policy;
    }

    /// <exception cref="BadOptionException">There is no certificate in it.</exception>
    public static string? AuthorityOf(string? path)
    {
        if (path is null) return null;
        try
        {
            var (text, all) = (File.ReadAllText(path), new X509Certificate2Collection());
            all.ImportFromPem(text);
            return all.Count > 0 ? text : throw new BadOptionException($"--ca {path}: there is no certificate in it; it is to hold that of the server's authority, in PEM.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new BadOptionException($"--ca {path} cannot be read as a certificate in PEM: {e.Message}");
        }
    }

    /// <summary>What the server names by a path is below its address, which at a reverse proxy may have a path itself.</summary>
    public static Uri At(Uri server, string address) => new(server, address.StartsWith('/') && !address.StartsWith("//", StringComparison.Ordinal) ? address[1..] : address);
}
