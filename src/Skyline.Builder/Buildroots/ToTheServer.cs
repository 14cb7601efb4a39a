using System.Net.Http.Headers;

namespace Skyline.Builder;

/// <summary>
/// Sends the builder's token with what goes to its own server, by scheme, host and port, and with nothing else: a recipe names repositories of
/// others too. Where the server leads elsewhere the token does not follow, for the handler below drops it.
/// </summary>
/// <param name="authority">What the server's own certificate must be of, in PEM, and no other's; null: what this machine trusts.</param>
sealed class ToTheServer(Uri server, string token, string? authority = null) : DelegatingHandler(ServerSockets.Make(null))
{
    readonly HttpMessageInvoker own = new(ServerSockets.Make(authority));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { } address || !IsThere(server, address)) return base.SendAsync(request, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return own.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) own.Dispose();
        base.Dispose(disposing);
    }

    public static bool IsThere(Uri server, Uri address) => Uri.Compare(server, address, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
