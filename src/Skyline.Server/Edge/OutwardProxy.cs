using System.Net;

namespace Skyline.Server.Edge;

/// <summary>The HTTP proxy that this server asks others through.</summary>
public sealed class ProxySettings
{
    /// <summary>Its address, without a user; empty: what HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say in the environment.</summary>
    public string Address { get; set; } = "";

    /// <summary>A file with USER:PASSWORD for it; empty: it asks for none.</summary>
    public string UserFile { get; set; } = "";

    /// <summary>Hosts that are asked without it: a name, ".example.org" for all below it.</summary>
    public string[] Except { get; set; } = [];

    /// <exception cref="InvalidOperationException">It cannot be like that, with a sentence that has no password in it.</exception>
    internal void Check()
    {
        if (Address.Length == 0)
        {
            if (UserFile.Length > 0) throw new InvalidOperationException("Skyline:Proxy:UserFile names a file for a proxy, and none is set: set Skyline:Proxy:Address too.");
            return;
        }
        if (!Uri.TryCreate(Address, UriKind.Absolute, out var proxy) || proxy.Scheme is not ("http" or "https") || proxy.Host.Length == 0) throw new InvalidOperationException("Skyline:Proxy:Address is no proxy's address: write http://proxy.example.org:3128.");
        if (proxy.UserInfo.Length > 0) throw new InvalidOperationException("Skyline:Proxy:Address has a user in it, which everybody sees who sees settings: put USER:PASSWORD into a file, and name that with Skyline:Proxy:UserFile.");
        _ = User();
    }

    internal NetworkCredential? User()
    {
        if (UserFile.Length == 0) return null;
        try
        {
            return File.ReadLines(UserFile).FirstOrDefault()?.Trim().Split(':', 2) is [{ Length: > 0 } name, var password] ? new(name, password)
                : throw new InvalidOperationException($"{UserFile} (Skyline:Proxy:UserFile) is to hold USER:PASSWORD in its first line.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{UserFile} cannot be read (Skyline:Proxy:UserFile): {fault.Message}");
        }
    }
}

/// <summary>By which proxy an address is asked: as settings say, else as the environment says. The password goes to the proxy, and into no log or argument.</summary>
sealed class OutwardProxy(ProxySettings settings) : IWebProxy
{
    readonly Lazy<NetworkCredential?> user = new(settings.User);

    Uri? Set => settings.Address.Length > 0 ? new(settings.Address) : null;

    public ICredentials? Credentials
    {
        get => Set is null ? HttpClient.DefaultProxy.Credentials : user.Value;
        set => throw new NotSupportedException();
    }

    /// <returns>Null: it is asked without one.</returns>
    public Uri? For(Uri address) => IsBypassed(address) ? null : Set ?? HttpClient.DefaultProxy.GetProxy(address);

    public Uri? GetProxy(Uri destination) => For(destination);

    public bool IsBypassed(Uri host) => Set is null
        ? HttpClient.DefaultProxy.IsBypassed(host)
        : host.IsLoopback || settings.Except.Any(one => one.StartsWith('.') || one.StartsWith("*.", StringComparison.Ordinal)
            ? host.IdnHost.EndsWith(one.TrimStart('*'), StringComparison.OrdinalIgnoreCase) : host.IdnHost.Trim('[', ']').Equals(one.Trim('[', ']'), StringComparison.OrdinalIgnoreCase));

    /// <summary>With the user in it, for a program that has no other place for it.</summary>
    public Uri? WithUser(Uri address) =>
        For(address) is not { } proxy ? null
        : proxy.UserInfo.Length > 0 || Credentials?.GetCredential(proxy, "Basic") is not { } known ? proxy
        : new UriBuilder(proxy) { UserName = Uri.EscapeDataString(known.UserName), Password = Uri.EscapeDataString(known.Password) }.Uri;
}
