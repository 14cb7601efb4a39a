using System.Net;

namespace Skyline.Server.Passkeys;

/// <summary>Whom passkeys are made for: the host and the origin of the address that people know this server by, as it is set; what a request says of it counts for nothing.</summary>
sealed record RelyingParty(string Host, string Origin)
{
    public const string WhyNone = "Passkeys are bound to a server's name, and nobody has said what people reach this one under. An administrator sets its https address (PublicUrl) on the page of settings; sign in another way until then.";

    /// <returns>Null: browsers make none for such an address.</returns>
    public static RelyingParty? Of(SkylineSettings settings) =>
        Uri.TryCreate(settings.PublicUrl, UriKind.Absolute, out var address) && !IPAddress.TryParse(address.Host.Trim('[', ']'), out _) && (address.Scheme == "https" || address is { Scheme: "http", Host: "localhost" })
            ? new(address.IdnHost, $"{address.Scheme}://{address.IdnHost}{(address.IsDefaultPort ? "" : $":{address.Port}")}") : null;
}
