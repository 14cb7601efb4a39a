using System.Security.Cryptography;
using System.Text;
using Skyline.Protocol;

namespace Skyline.Server.Hooks;

/// <summary>
/// Whether a delivery is from who knows the hook's secret: by the bytes as they came, before anything is made of them, and in a time that does not tell
/// how much of a signature is right. GitHub https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries; Forgejo and Gitea sign the same, and
/// say it under names of their own too; GitLab https://docs.gitlab.com/user/project/integrations/webhooks/ (its signing token is that of
/// https://www.standardwebhooks.com, its older secret token is only said, and signs nothing); Pagure https://docs.pagure.org/pagure/usage/using_webhooks.html.
/// </summary>
static class Signature
{
    const string Standard = "whsec_";

    /// <summary>As each forge takes it: GitLab's has a form, and is good for both of its fields.</summary>
    public static string NewSecret(Forge forge) => forge == Forge.GitLab ? Standard + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <param name="Header">A header's value; null: it was not sent, or more than once.</param>
    public static bool IsGood(Forge forge, Func<string, string?> header, ReadOnlySpan<byte> body, string secret) => forge switch
    {
        Forge.GitHub => IsHex(Prefixed(header("X-Hub-Signature-256")), HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)),
        Forge.GitLab => IsOfGitLab(header, body, secret),
        Forge.Pagure => header("X-Pagure-Signature-256") is { } sha256 ? IsHex(sha256, HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))
            // Pagures before 5.2 have no other; what is broken in SHA-1 does not help against an HMAC of it.
            : IsHex(header("X-Pagure-Signature"), OldHash(secret, body)),
        _ => IsHex(header("X-Forgejo-Signature") ?? header("X-Gitea-Signature") ?? Prefixed(header("X-Hub-Signature-256")), HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)),
    };

    /// <summary>A signature that is there must be right: the token does not make up for it.</summary>
    static bool IsOfGitLab(Func<string, string?> header, ReadOnlySpan<byte> body, string secret)
    {
        if (header("webhook-signature") is not { } signatures) return header("X-Gitlab-Token") is { } token && IsSame(token, secret);
        if (header("webhook-id") is not { } id || header("webhook-timestamp") is not { } at || KeyOf(secret) is not { } key) return false;
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes($"{id}.{at}."));
        hash.AppendData(body);
        var right = Convert.ToBase64String(hash.GetHashAndReset());
        // While a token is replaced there are several.
        return signatures.Split(' ').Take(10).Aggregate(false, (good, one) => IsSame(one, "v1," + right) | good);
    }

    static byte[]? KeyOf(string secret)
    {
        var bytes = new byte[secret.Length];
        return secret.StartsWith(Standard, StringComparison.Ordinal) && Convert.TryFromBase64String(secret[Standard.Length..], bytes, out var length) ? bytes[..length] : null;
    }

    static string? Prefixed(string? value) => value?.StartsWith("sha256=", StringComparison.Ordinal) == true ? value["sha256=".Length..] : null;

    static bool IsHex(string? said, byte[] right)
    {
        var bytes = new byte[right.Length];
        return said?.Length == 2 * right.Length && Convert.FromHexString(said, bytes, out _, out _) == System.Buffers.OperationStatus.Done && CryptographicOperations.FixedTimeEquals(bytes, right);
    }

    /// <summary>Of the hashes of both, so that not even the length shows.</summary>
    static bool IsSame(string said, string right) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(said)), SHA256.HashData(Encoding.UTF8.GetBytes(right)));

#pragma warning disable CA5350 // (It is what that forge signs with.)
    static byte[] OldHash(string secret, ReadOnlySpan<byte> body) => HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), body);
#pragma warning restore CA5350
}
