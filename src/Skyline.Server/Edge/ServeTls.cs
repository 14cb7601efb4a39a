using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Skyline.Server.ClientCertificates;
using Skyline.Server.Edge.Acme;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Edge;

/// <summary>HTTPS at this server's own door: which certificate, which versions of TLS, and that nobody stays on HTTP who comes from elsewhere.</summary>
static class ServeTls
{
    public static void AddTls(this WebApplicationBuilder builder, SkylineSettings settings)
    {
        settings.Tls.Check(settings.PublicUrl);
        if (settings.Tls.IsOn) AddSource(builder.Services, settings.Tls);
        builder.AddClientCertificates(settings);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            ClientCertificateSetup.Open(settings, kestrel.ApplicationServices);
            kestrel.ConfigureHttpsDefaults(https => Set(https, settings, kestrel.ApplicationServices));
        });
    }

    static void Set(HttpsConnectionAdapterOptions https, SkylineSettings settings, IServiceProvider services)
    {
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        if (settings.Tls.IsOn) Show(https, Source(services));
        ClientCertificateSetup.Apply(https, settings, services);
    }

    static void Show(HttpsConnectionAdapterOptions https, ICertificateSource source)
    {
        // (The framework wants one beforehand; what is shown, and all that stands between it and its authority, is chosen at each handshake.)
        https.ServerCertificateSelector = (_, _) => source.Now().TargetCertificate;
        https.OnAuthenticate += (_, tls) => (tls.ServerCertificateSelectionCallback, tls.ServerCertificateContext) = (null, source.Now());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void AddSource(IServiceCollection services, TlsSettings tls)
    {
        services.AddSingleton(tls).AddSingleton<OwnCertificates>().AddSingleton<AcmeProofs>();
        if (tls.Certificate.Length > 0) services.AddSingleton<ICertificateSource, CertificateFiles>();
        else if (tls.OwnAuthority) services.AddSingleton<ICertificateSource, OwnAuthority>();
        else services.AddSingleton<AcmeCertificate>().AddSingleton<ICertificateSource>(all => all.GetRequiredService<AcmeCertificate>()).AddHostedService(all => all.GetRequiredService<AcmeCertificate>());
    }

    static ICertificateSource Source(IServiceProvider services) => services.GetRequiredService<ICertificateSource>();

    /// <summary>
    /// Who comes from elsewhere by HTTP is led to HTTPS, and told to stay there. This machine's own may stay: the builder beside the server, and a proxy
    /// in front of it. What proves a name to an authority, and what a machine needs to trust this server, are asked for before there is trust.
    /// </summary>
    public static void UseOnlyHttps(this WebApplication app, SkylineSettings settings) => app.Use((http, next) =>
    {
        if (http.Request.IsHttps)
        {
            if (!IsOfThisMachine(http.Request.Host.Host)) http.Response.Headers.StrictTransportSecurity = "max-age=31536000";
            return next(http);
        }
        if (!settings.Tls.IsOn || http.Connection.RemoteIpAddress is not { } from || IPAddress.IsLoopback(from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from)
            || http.Request.Path.StartsWithSegments(AcmeProofs.Folder) || http.Request.Path == "/ca.crt" || http.Request.Path == "/healthz") return next(http);
        http.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        http.Response.Headers.Location = Secure(settings, http) + http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent();
        return Task.CompletedTask;
    });

    static string Secure(SkylineSettings settings, HttpContext http)
    {
        if (Uri.TryCreate(settings.PublicUrl, UriKind.Absolute, out var known) && known.Scheme == "https") return settings.PublicUrl.TrimEnd('/');
        var listens = http.RequestServices.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(one => one.StartsWith("https:", StringComparison.Ordinal));
        var port = listens is null ? 443 : BindingAddress.Parse(listens).Port;
        return $"https://{(port == 443 ? new HostString(http.Request.Host.Host) : new HostString(http.Request.Host.Host, port))}{http.Request.PathBase}";
    }

    static bool IsOfThisMachine(string host) => host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal) || IPAddress.TryParse(host.Trim('[', ']'), out _);

    public static void MapTls(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/ca.crt", ["GET", "HEAD"], (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "no-cache";
            return http.RequestServices.GetService<ICertificateSource>()?.Authority is { } authority
                ? Results.Text(authority.ExportCertificatePem() + "\n", "application/x-pem-file")
                : new Refusal(404, "This server has no authority of its own (Skyline:Tls:OwnAuthority): its certificate, if it has one, is one that machines trust by themselves, or whose authority its administrator gives out.").AsText();
        }).Needs(Right.Enter).ExcludeFromDescription();
        if (((IEndpointRouteBuilder)routes).ServiceProvider.GetService<AcmeProofs>() is not null) AcmeProofs.Map(routes);
    }
}
