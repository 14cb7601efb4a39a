using System.Net;
using System.Net.Sockets;

namespace Skyline.Server.Shell;

/// <summary>How near to this server an address is.</summary>
enum Nearness
{
    Public,
    /// <summary>Of a network that is not the Internet's: RFC 1918, RFC 6598, IPv6's unique local addresses.</summary>
    Private,
    /// <summary>This machine itself, its link, and where clouds keep their secrets.</summary>
    Local,
}

static class NearnessOf
{
    static readonly IPNetwork[] local = [.. new[]
    {
        "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32", "::/127", "fe80::/10", "224.0.0.0/4", "255.255.255.255/32", "ff00::/8", "fd00:ec2::254/128", "fd20:ce::254/128",
    }.Select(IPNetwork.Parse)];

    static readonly IPNetwork[] others = [.. new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "fc00::/7", "fec0::/10", "64:ff9b:1::/48" }.Select(IPNetwork.Parse)];

    /// <summary>Addresses of IPv4 in the clothes of IPv6 (RFC 6052).</summary>
    static readonly IPNetwork translated = IPNetwork.Parse("64:ff9b::/96");

    public static Nearness Address(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        else if (address.AddressFamily == AddressFamily.InterNetworkV6 && translated.Contains(address)) address = new(address.GetAddressBytes()[12..]);
        else if (address.AddressFamily == AddressFamily.InterNetworkV6 && Tunnelled(address.GetAddressBytes()) is { } inner) address = inner;
        // Without the link that it is on, which is no part of the network's number.
        else if (address.AddressFamily == AddressFamily.InterNetworkV6) address = new(address.GetAddressBytes());
        return local.Any(network => network.Contains(address)) ? Nearness.Local : others.Any(network => network.Contains(address)) ? Nearness.Private : Nearness.Public;
    }

    /// <summary>IPv4 that a machine with such a tunnel would send there: 6to4 (RFC 3056), ISATAP (RFC 5214), and ::a.b.c.d, which nobody uses any more.</summary>
    static IPAddress? Tunnelled(ReadOnlySpan<byte> bytes) =>
        bytes is [0x20, 0x02, ..] ? new(bytes[2..6])
        : bytes[8..12] is [0x00 or 0x02, 0x00, 0x5e, 0xfe] || bytes[..12].IndexOfAnyExcept((byte)0) < 0 && bytes[12..].IndexOfAnyExcept((byte)0) is >= 0 and < 3 ? new(bytes[12..]) : null;

    /// <summary>By the farthest of its addresses; a name that only a proxy can resolve is public.</summary>
    public static async Task<Nearness> Host(string host, CancellationToken ct)
    {
        try
        {
            return (await Dns.GetHostAddressesAsync(host, ct)).Select(Address).DefaultIfEmpty().Min();
        }
        catch (SocketException)
        {
            return Nearness.Public;
        }
    }
}
