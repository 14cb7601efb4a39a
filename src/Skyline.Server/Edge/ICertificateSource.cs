using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Skyline.Protocol;

namespace Skyline.Server.Edge;

/// <summary>Where the certificate comes from that this server shows: files, its own authority, one asked by ACME.</summary>
interface ICertificateSource
{
    /// <summary>Before the doors open.</summary>
    /// <exception cref="InvalidOperationException">There is none to show, with a sentence.</exception>
    void Open();

    /// <summary>The one to show now, with those between it and its authority. Asked at every handshake, so it answers from memory as a rule.</summary>
    SslStreamCertificateContext Now();

    Health.Finding Look(DateTimeOffset now);

    /// <summary>What who connects must trust, if that is nothing that machines trust by themselves.</summary>
    X509Certificate2? Authority => null;
}
