using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Skyline.Server.Edge;

/// <summary>What stands between this server and everybody else: TLS, proxies on either side, a path in front.</summary>
static class EdgeSetup
{
    public static void AddEdge(this IServiceCollection services, SkylineSettings settings)
    {
        settings.Proxy.Check();
        services.AddSingleton<IStartupFilter>(new UnderPrefix.First(settings));
        services.Configure<ForwardedHeadersOptions>(options => Believe(options, settings.TrustedProxies));
    }

    /// <summary>
    /// Whom they ask for, and by what scheme; not the host, which they pass on as it came (or PublicUrl says it): a header of the client's own would
    /// poison what is kept on the way. Of several proxies in a row each is believed as long as the one before it is known.
    /// </summary>
    static void Believe(ForwardedHeadersOptions options, string[] networks)
    {
        (options.ForwardedHeaders, options.ForwardLimit) = (ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, null);
        if (networks.Length == 0) return;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks) options.KnownIPNetworks.Add(Network(network));
    }

    /// <exception cref="InvalidOperationException">It is none, with a sentence.</exception>
    static System.Net.IPNetwork Network(string text) =>
        System.Net.IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text.Trim('[', ']'), out var address) ? new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new InvalidOperationException($"Skyline:TrustedProxies has '{text}', which is neither an address nor a network: write 10.1.2.3, 10.0.0.0/8 or fd00::/8.");
}
