using System.Net;
using System.Net.Sockets;

namespace Skyline.Server.Builds;

/// <summary>Opens a source package at a URL that a packager gave: http or https, few redirects, and never an address where a cloud keeps its secrets.</summary>
public sealed class FetchSource(SkylineSettings settings) : IDisposable
{
    const int MostRedirects = 5;
    static readonly TimeSpan answerWithin = TimeSpan.FromSeconds(30);
    readonly HttpClient http = new(new SocketsHttpHandler
    {
        MaxAutomaticRedirections = MostRedirects,
        ConnectCallback = (context, ct) => Connect(context.DnsEndPoint, settings.FetchFromLocalAddresses, ct),
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <exception cref="HttpRequestException">With a sentence for the packager.</exception>
    public async Task<(HttpResponseMessage Response, string FileName)> Open(string url, CancellationToken ct)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new HttpRequestException($"'{url}' is not an http or https address.");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(answerWithin);
        HttpResponseMessage response;
        try
        {
            response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new HttpRequestException($"{address.Host} did not answer within {answerWithin.TotalSeconds} s.");
        }
        if (response.IsSuccessStatusCode) return (response, Uri.UnescapeDataString(address.Segments[^1]));
        var status = $"{(int)response.StatusCode} {response.ReasonPhrase}";
        response.Dispose();
        throw new HttpRequestException($"{url} answered {status}.");
    }

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

    public void Dispose() => http.Dispose();
}
