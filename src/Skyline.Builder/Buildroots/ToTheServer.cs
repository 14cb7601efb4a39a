using System.Net.Http.Headers;

namespace Skyline.Builder;

/// <summary>
/// Sends the builder's token with what goes to its own server, by scheme, host and port, and with nothing else: a recipe names repositories of
/// others too. Where the server leads elsewhere the token does not follow, for the handler below drops it.
/// </summary>
sealed class ToTheServer(Uri server, string token) : DelegatingHandler(new SocketsHttpHandler())
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is { } address && IsThere(server, address)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return base.SendAsync(request, cancellationToken);
    }

    public static bool IsThere(Uri server, Uri address) => Uri.Compare(server, address, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
