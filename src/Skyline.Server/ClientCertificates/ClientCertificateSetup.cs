using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Primitives;

namespace Skyline.Server.ClientCertificates;

/// <summary>Behind a setting: TLS asks for a certificate, which nobody must have. Whether it is good is told where somebody would be somebody by it, with a sentence, and not by a connection that breaks.</summary>
static class ClientCertificateSetup
{
    public static void AddClientCertificates(this WebApplicationBuilder builder, SkylineSettings settings)
    {
        if (settings.ClientCertificates.Authority.Length > 0) Add(builder.Services);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Add(IServiceCollection services) => services.AddSingleton<ClientAuthorities>();

    /// <summary>At the start, whether anybody comes by HTTPS or not.</summary>
    /// <exception cref="InvalidOperationException">The authorities cannot be read, with a sentence.</exception>
    public static void Open(SkylineSettings settings, IServiceProvider services)
    {
        if (settings.ClientCertificates.Authority.Length > 0) Load(services);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Load(IServiceProvider services) => services.GetRequiredService<ClientAuthorities>();

    /// <summary>Of what HTTPS is like here (<see cref="Edge.ServeTls"/>), the part that asks for certificates.</summary>
    public static void Apply(HttpsConnectionAdapterOptions https, SkylineSettings settings, IServiceProvider services)
    {
        if (settings.ClientCertificates.Authority.Length > 0) Ask(https, services);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Ask(HttpsConnectionAdapterOptions https, IServiceProvider services)
    {
        var authorities = services.GetRequiredService<ClientAuthorities>().Authorities;
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.ClientCertificateValidation = (_, _, _) => true;
        // (Otherwise the handshake fetches what addresses in the certificate name.)
        https.OnAuthenticate += (_, tls) => tls.CertificateChainPolicy = CertificateVerdict.Policy(authorities, TimeProvider.System.GetUtcNow());
    }

    /// <summary>
    /// A browser shows a certificate to whatever leads it here, as it would a cookie that is not strict: a change that another site's page sends is
    /// not its person's. (Forms on pages bring a token of the page's own besides.)
    /// </summary>
    public static bool IsFromElsewhere(this HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return false;
        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site) return site != "same-origin" && site != "none";
        return request.Headers.Origin is { Count: > 0 } origin && origin != new StringValues($"{request.Scheme}://{request.Host}");
    }
}
