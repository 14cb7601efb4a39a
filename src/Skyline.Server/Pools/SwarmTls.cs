using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Docker.DotNet.Handler.Abstractions;

namespace Skyline.Server.Pools;

/// <summary>Says who this server is to an engine that asks for certificates, and believes those of its authority alone, whatever else this machine trusts.</summary>
sealed class SwarmTls(string folder) : IAuthProvider
{
    public bool TlsEnabled => true;

    public HttpMessageHandler ConfigureHandler(HttpMessageHandler handler)
    {
        if (handler is not SocketsHttpHandler sockets) throw new InvalidOperationException($"TLS to the Swarm's manager goes over a network, and {handler.GetType().Name} does not; set Skyline:Swarm:Host to its https:// address.");
        var authority = new X509Certificate2Collection();
        authority.ImportFromPemFile(Path.Combine(folder, "ca.pem"));
        sockets.SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificates = [X509Certificate2.CreateFromPemFile(Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"))],
            CertificateChainPolicy = Policy(authority),
        };
        return sockets;
    }

    static X509ChainPolicy Policy(X509Certificate2Collection authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authority);
        return policy;
    }
}
