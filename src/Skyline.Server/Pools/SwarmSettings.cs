namespace Skyline.Server.Pools;

/// <summary>The manager of a Docker Swarm that pools' builders run on: `Skyline:Swarm:Host` and so on. Off without a host.</summary>
public sealed class SwarmSettings
{
    /// <summary>"unix:///var/run/docker.sock", or "https://manager.example.org:2376" with certificates.</summary>
    public string Host { get; set; } = "";

    /// <summary>A folder with ca.pem, cert.pem and key.pem, as Docker's own tools have them; empty: no TLS, for a socket of this machine.</summary>
    public string CertificateFolder { get; set; } = "";

    public bool IsOn => Host.Length > 0;
}
