using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Skyline.Server.Shell;

namespace Skyline.Server.Edge;

/// <summary>
/// How this server asks others over HTTP: few redirects, and never an address where a cloud keeps its secrets. The address is
/// checked when it is connected to, so neither a name that resolves to it nor a redirect leads there. Whoever leads elsewhere leads
/// no nearer to this server than it is itself: what a person named may be in a private network, what a public server names may not.
/// </summary>
sealed class OutwardHttp : IDisposable
{
    const int MostRedirects = 5;
    // Each when it is first asked with: a server that asks nobody needs none.
    readonly Lazy<HttpClient>[] reaching;
    readonly OutwardProxy proxy;
    readonly Func<string, Nearness, string> whyNot = WhyNot;
    readonly Nearness least;

    /// <summary>Where settings say so, whatever is near may be asked, by whoever leads there.</summary>
    public OutwardHttp(SkylineSettings settings)
    {
        (proxy, least) = (new(settings.Proxy), settings.FetchFromLocalAddresses ? Nearness.Local : Nearness.Public);
        reaching = [.. Enum.GetValues<Nearness>().Select(nearest => new Lazy<HttpClient>(() => Client(AtLeast(nearest))))];
    }

    /// <summary>For requests that nobody is led by (<see cref="Send"/>): all go as near as that, and no nearer.</summary>
    /// <param name="whyNot">A host that is nearer, and how near it is, as a sentence.</param>
    public OutwardHttp(SkylineSettings settings, Nearness nearest, Func<string, Nearness, string> whyNot)
    {
        (proxy, least, this.whyNot) = (new(settings.Proxy), nearest, whyNot);
        reaching = [new(() => Client(nearest))];
    }

    /// <summary>For servers that settings name: they may be anywhere.</summary>
    /// <param name="authorities">A file of the authorities that they are trusted by, in PEM; empty: those of this machine.</param>
    public static HttpClient ToThose(SkylineSettings settings, string authorities, TimeSpan within)
    {
        var http = new HttpClient(Sockets(settings, authorities)) { Timeout = within };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("Skyline");
        return http;
    }

    /// <summary>For this server itself: through no proxy.</summary>
    public static HttpClient ToItself(TimeSpan within) => new(new SocketsHttpHandler { UseProxy = false }) { Timeout = within };

    public static SocketsHttpHandler Sockets(SkylineSettings settings, string authorities = "")
    {
        var sockets = Sockets(new OutwardProxy(settings.Proxy));
        if (authorities.Length > 0) sockets.SslOptions.CertificateChainPolicy = Trusting(authorities);
        return sockets;
    }

    static X509ChainPolicy Trusting(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(file);
        return policy;
    }

    /// <summary>The one place where a way out of this server is made (a test looks for others): through the proxy, if there is one.</summary>
    static SocketsHttpHandler Sockets(OutwardProxy proxy) => new()
    {
        AllowAutoRedirect = false,
        MaxResponseHeadersLength = 64,
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        UseCookies = false,
        Proxy = proxy,
    };

    Nearness AtLeast(Nearness nearest) => nearest > least ? nearest : least;

    /// <summary>One request as it is; a redirect is an answer like any.</summary>
    public Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken ct)
    {
        RefuseLiteral(request.RequestUri!, least);
        return reaching.Single().Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    /// <param name="nearest">How near the address may be.</param>
    /// <param name="headers">For the address's own server: where it leads elsewhere, they are not sent.</param>
    /// <returns>The answer's head; after too many redirects, or one that is not followed, the redirect itself.</returns>
    public async Task<HttpResponseMessage> Get(Uri address, Nearness nearest, CancellationToken ct, IReadOnlyList<KeyValuePair<string, string>>? headers = null)
    {
        for (var redirects = 0; ; redirects++)
        {
            RefuseLiteral(address, AtLeast(nearest));
            using var request = With(new(HttpMethod.Get, address), headers ?? []);
            var response = await reaching[(int)nearest].Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if (redirects == MostRedirects || LeadsTo(address, response) is not { } next) return response;
            response.Dispose();
            if (Uri.Compare(address, next, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) != 0) (nearest, headers) = (await LedFrom(address.IdnHost, nearest, ct), null);
            address = next;
        }
    }

    /// <summary>Asks with a body; where that leads elsewhere, it is not followed.</summary>
    public async Task<HttpResponseMessage> Post(Uri address, HttpContent body, Nearness nearest, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken ct)
    {
        RefuseLiteral(address, AtLeast(nearest));
        using var request = With(new(HttpMethod.Post, address) { Content = body }, headers);
        if (body.Headers.ContentType?.MediaType is { } type) request.Headers.Accept.ParseAdd(type);
        return await reaching[(int)nearest].Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    static HttpRequestMessage With(HttpRequestMessage request, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    /// <summary>How near an address may be that another server names: not this machine, and a private network only from within one.</summary>
    public static async Task<Nearness> LedFrom(string host, Nearness nearest, CancellationToken ct) =>
        (Nearness)Math.Min(Math.Min((int)nearest, (int)Nearness.Private), (int)await NearnessOf.Host(host, ct));

    static Uri? LeadsTo(Uri from, HttpResponseMessage response)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location) return null;
        return Uri.TryCreate(from, location, out var next) && next.Scheme is "http" or "https" && !(from.Scheme == "https" && next.Scheme == "http") ? next : null;
    }

    HttpClient Client(Nearness nearest)
    {
        var sockets = Sockets(proxy);
        sockets.ConnectCallback = (context, ct) => Connect(context, nearest, ct);
        var http = new HttpClient(sockets) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("Skyline");
        return http;
    }

    /// <summary>
    /// Behind a proxy it is the proxy that resolves names and says what may be reached, for this server does not see the address. What is an address
    /// itself, or this machine by name, it sees, and that is refused as it would be without one.
    /// </summary>
    void RefuseLiteral(Uri address, Nearness nearest)
    {
        if (proxy.For(address) is null) return;
        var near = IPAddress.TryParse(address.IdnHost.Trim('[', ']'), out var literal) ? NearnessOf.Address(literal)
            : address.IdnHost.TrimEnd('.') is var host && (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)) ? Nearness.Local : Nearness.Public;
        if (near > nearest) throw new HttpRequestException(whyNot(address.IdnHost, near));
    }

    /// <summary>For a tunnel, as HTTPS takes one, it is the proxy itself that .NET asks: by CONNECT, which nobody else does here.</summary>
    Uri? ProxyOf(HttpRequestMessage request) =>
        request.RequestUri is not { } asked ? null : request.Method == HttpMethod.Connect ? asked : proxy.For(asked);

    async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, Nearness nearest, CancellationToken ct)
    {
        var to = context.DnsEndPoint;
        // The proxy is the administrator's own word, wherever it is.
        if (ProxyOf(context.InitialRequestMessage) is { } by && by.IdnHost == to.Host && by.Port == to.Port) nearest = Nearness.Local;
        var allowed = await Allowed(to.Host, nearest, whyNot, ct);
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

    /// <summary>Those of a host's addresses that are not nearer than that.</summary>
    /// <exception cref="HttpRequestException">There is none, with a sentence.</exception>
    public static Task<IPAddress[]> Allowed(string host, Nearness nearest, CancellationToken ct) => Allowed(host, nearest, WhyNot, ct);

    static async Task<IPAddress[]> Allowed(string host, Nearness nearest, Func<string, Nearness, string> whyNot, CancellationToken ct)
    {
        var addresses = await Dns.GetHostAddressesAsync(host, ct);
        var allowed = addresses.Where(address => NearnessOf.Address(address) <= nearest).ToArray();
        return allowed.Length > 0 ? allowed : throw new HttpRequestException(whyNot(host, addresses.Select(NearnessOf.Address).DefaultIfEmpty().Min()));
    }

    static string WhyNot(string host, Nearness near) => near == Nearness.Local
        ? $"{host} is a loopback or link-local address, which this server does not fetch from (Skyline:FetchFromLocalAddresses)."
        : $"{host} is an address of a private network, and a server outside of it led there, which is not followed (Skyline:FetchFromLocalAddresses).";

    public void Dispose()
    {
        foreach (var http in reaching.Where(http => http.IsValueCreated)) http.Value.Dispose();
    }
}
