using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Skyline.Server.Edge;
using Skyline.Server.Settings;

namespace Skyline.Server.Draining;

/// <summary>Where the server listens, and that it stops gracefully.</summary>
static class DrainSetup
{
    const string Usual = "http://localhost:8420", UsualTls = "https://*:8443";

    public static void AddDrain(this WebApplicationBuilder builder, SkylineSettings settings)
    {
        var urls = builder.Configuration["urls"];
        if (InheritedSockets.Any) builder.WebHost.ConfigureKestrel(kestrel => Take(kestrel, urls, settings.Tls.IsOn, HasCertificate(builder.Configuration)));
        else if (string.IsNullOrEmpty(urls)) builder.WebHost.UseUrls(settings.Tls.IsOn ? [Usual, UsualTls] : [Usual]);
        builder.Services.AddSingleton<Drain>().AddSingleton<IHostLifetime, StopBySignal>().AddSingleton<SocketTransportFactory>();
        builder.Services.Replace(ServiceDescriptor.Singleton<IConnectionListenerFactory, ListenUntilDrained>());
    }

    /// <summary>A certificate of ASP.NET's own setting is for every socket, unless one is named as the one for TLS.</summary>
    static bool SpeaksTls(InheritedSockets.Inherited socket, bool certificate) => socket.IsTls || certificate && !InheritedSockets.All.Any(one => one.IsTls);

    static bool HasCertificate(IConfiguration configuration) => configuration["Kestrel:Certificates:Default:Path"] is { Length: > 0 };

    /// <summary>The socket unit says where; two places that both claim to say so would be a trap.</summary>
    static void Take(KestrelServerOptions kestrel, string? urls, bool tls, bool certificate)
    {
        if (!string.IsNullOrEmpty(urls))
            throw new WrongSettingsException($"systemd handed over the socket that skyline-server.socket names, and Urls says {urls}. Say where it listens in one place: remove Urls, and set ListenStream= by `systemctl edit skyline-server.socket`; or `systemctl disable --now skyline-server.socket`.");
        if (tls && !InheritedSockets.All.Any(socket => socket.IsTls))
            throw new WrongSettingsException("TLS is on, and no socket that systemd handed over is for it: `systemctl enable --now skyline-server-tls.socket`, then start the server again.");
        InheritedSockets.Keep();
        foreach (var socket in InheritedSockets.All)
            kestrel.ListenHandle(socket.Handle, listen =>
            {
                if (SpeaksTls(socket, certificate)) listen.UseHttps();
            });
        // What the server starts is not handed them.
        foreach (var variable in new[] { "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES" }) Environment.SetEnvironmentVariable(variable, null);
    }

    public static void UseDrain(this WebApplication app)
    {
        var drain = app.Services.GetRequiredService<Drain>();
        app.Use(next => http => drain.Pass(http, next));
    }

    /// <summary>Where it can be asked, once it listens.</summary>
    public static IReadOnlyList<string> Listens(this WebApplication app) => InheritedSockets.Any ? [.. InheritedSockets.Addresses(socket => SpeaksTls(socket, HasCertificate(app.Configuration)))] : [.. app.Urls];

    /// <summary>systemd is told that it is ready once the first page has been drawn: whoever comes then does not wait for what is done once.</summary>
    public static async Task TellReady(this WebApplication app, CancellationToken ct)
    {
        if (!TellSystemd.IsThere) return;
        await FirstPage(app.Listens(), ct);
        TellSystemd.Say("READY=1");
    }

    static async Task FirstPage(IReadOnlyList<string> listens, CancellationToken ct)
    {
        if (listens.FirstOrDefault(address => address.StartsWith("http://", StringComparison.Ordinal)) is not { } address) return;
        using var http = OutwardHttp.ToItself(TimeSpan.FromSeconds(20));
        try
        {
            using var page = await http.GetAsync(address.Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal).Replace("//[::]", "//localhost", StringComparison.Ordinal), ct);
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            // It is ready all the same: who comes first waits a little.
        }
    }
}
