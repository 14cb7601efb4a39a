namespace Skyline.Cli.Connection;

/// <summary>The address of a Skyline server, as typed: "https://build.example.org", "build.example.org/skyline", "localhost:8420".</summary>
static class ServerAddress
{
    /// <summary>With a slash at its end, so that API paths append to it. https is assumed, http for this machine.</summary>
    /// <exception cref="StopException">It is no such address.</exception>
    public static Uri Parse(string typed)
    {
        var full = typed.Contains("://", StringComparison.Ordinal) ? typed : $"{(IsLocal(typed) ? "http" : "https")}://{typed}";
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host is "")
            throw StopException.Usage($"{typed} is not the address of a server: it should look like https://build.example.org.");
        if (uri.UserInfo is not "" || uri.Query is not "" || uri.Fragment is not "")
            throw StopException.Usage($"{uri.Host}: an address with a password, a query or a fragment in it cannot be used; give the address alone and the token with --token-file.");
        return uri.AbsolutePath.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/");
    }

    /// <summary>Whether a token sent there can be read on the way.</summary>
    public static bool IsInTheClear(Uri server) => server.Scheme == "http" && !server.IsLoopback;

    /// <summary>As people write it: without the slash.</summary>
    public static string Shown(Uri server) => server.AbsoluteUri.TrimEnd('/');

    static bool IsLocal(string typed) => Uri.TryCreate($"http://{typed}", UriKind.Absolute, out var uri) && uri.IsLoopback;
}
