using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Skyline.Server.Told;

/// <summary>Signs as https://www.standardwebhooks.com has it, so that receivers have libraries for it: HMAC-SHA256 over "ID.SECONDS.BODY".</summary>
static class StandardSignature
{
    const string Prefix = "whsec_";

    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <param name="secrets">All that are good; who knows one of them can check it.</param>
    public static IReadOnlyList<(string Name, string Value)> Headers(string id, DateTimeOffset at, string body, IEnumerable<string> secrets)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return [("webhook-id", id), ("webhook-timestamp", seconds), ("webhook-signature", string.Join(' ', secrets.Select(secret => Sign(secret, $"{id}.{seconds}.{body}"))))];
    }

    static string Sign(string secret, string text) => "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[Prefix.Length..]), Encoding.UTF8.GetBytes(text)));
}
