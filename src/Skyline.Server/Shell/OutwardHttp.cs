using System.Net;
using System.Net.Sockets;

namespace Skyline.Server.Shell;

/// <summary>
/// How this server asks others over HTTP: few redirects, and never an address where a cloud keeps its secrets. The address is
/// checked when it is connected to, so neither a name that resolves to it nor a redirect leads there.
/// </summary>
static class OutwardHttp
{
    const int MostRedirects = 5;

    /// <param name="localToo">Loopback and link-local addresses as well.</param>
    public static HttpClient Client(bool localToo) => new(new SocketsHttpHandler
    {
        MaxAutomaticRedirections = MostRedirects,
        MaxResponseHeadersLength = 64,
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        UseCookies = false,
        ConnectCallback = (context, ct) => Connect(context.DnsEndPoint, localToo, ct),
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    static async ValueTask<Stream> Connect(DnsEndPoint to, bool localToo, CancellationToken ct)
    {
        var addresses = await Dns.GetHostAddressesAsync(to.Host, ct);
        var allowed = addresses.Where(address => localToo || !IsLocal(address)).ToArray();
        if (allowed.Length == 0) throw new HttpRequestException($"{to.Host} is a loopback or link-local address, which this server does not fetch from (Skyline:FetchFromLocalAddresses).");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, to.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static bool IsLocal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
            || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..] or [168, 63, 129, 16] or [100, 100, 100, 200]);
    }
}
