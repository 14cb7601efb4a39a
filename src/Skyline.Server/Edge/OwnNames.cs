using System.Net;
using System.Net.NetworkInformation;

namespace Skyline.Server.Edge;

/// <summary>What a certificate of this server is for: names, and addresses, each once and in order.</summary>
sealed record OwnNames(IReadOnlyList<string> Names, IReadOnlyList<IPAddress> Addresses)
{
    public static OwnNames Of(SkylineSettings settings) => Of(settings.PublicUrl, settings.Tls.Names, Dns.GetHostName(), OfThisMachine());

    /// <summary>Pure.</summary>
    public static OwnNames Of(string publicUrl, IEnumerable<string> set, string machine, IEnumerable<IPAddress> addresses)
    {
        var known = Uri.TryCreate(publicUrl, UriKind.Absolute, out var url) ? new[] { url.IdnHost } : [];
        string[] all = [.. known, .. set.Select(name => name.Trim().Trim('[', ']')), machine, "localhost"];
        return new(
            [.. all.Where(name => Uri.CheckHostName(name) == UriHostNameType.Dns).Select(name => name.ToLowerInvariant()).Distinct()],
            [.. all.Select(name => IPAddress.TryParse(name, out var address) ? address : null).OfType<IPAddress>().Concat(addresses).Concat([IPAddress.Loopback, IPAddress.IPv6Loopback])
                .Select(WithoutLink).Distinct().OrderBy(address => address.ToString(), StringComparer.Ordinal)]);
    }

    public bool Has(string name) => IPAddress.TryParse(name, out var address) ? Addresses.Contains(WithoutLink(address)) : Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    static IEnumerable<IPAddress> OfThisMachine() => NetworkInterface.GetAllNetworkInterfaces().Where(link => link.OperationalStatus == OperationalStatus.Up)
        .SelectMany(link => link.GetIPProperties().UnicastAddresses).Select(one => one.Address).Where(address => !address.IsIPv6LinkLocal);

    static IPAddress WithoutLink(IPAddress address) => new(address.GetAddressBytes());
}
