using System.Security.Cryptography;

namespace Skyline.Server.Externals;

/// <summary>A checksum as repository metadata states it.</summary>
/// <param name="Type">sha256, sha384, sha512; or what is too weak by itself: sha1, md5.</param>
/// <param name="Hex">In lower case.</param>
public sealed record Checksum(string Type, string Hex)
{
    /// <returns>Null for what is none.</returns>
    public static Checksum? Read(string? type, string? hex)
    {
        var known = type?.ToLowerInvariant() is "sha" ? "sha1" : type?.ToLowerInvariant();
        var digits = hex?.Trim().ToLowerInvariant() ?? "";
        return known is not null && LengthOf(known) is { } bytes && digits.Length == bytes * 2 && digits.All(char.IsAsciiHexDigitLower) ? new(known, digits) : null;
    }

    static int? LengthOf(string type) => type switch { "md5" => 16, "sha1" => 20, "sha256" => 32, "sha384" => 48, "sha512" => 64, _ => null };

    /// <summary>The blob of this content has this very name.</summary>
    public bool IsBlobName => Type == "sha256";

    /// <param name="signed">Whether the metadata that states it was signed by a key that was given.</param>
    public bool IsTooWeak(bool signed) => Type == "md5" || (Type == "sha1" && !signed);

    public IncrementalHash Start() => IncrementalHash.CreateHash(new HashAlgorithmName(Type.ToUpperInvariant()));

    public bool IsOf(byte[] bytes)
    {
        using var hash = Start();
        hash.AppendData(bytes);
        return Convert.ToHexStringLower(hash.GetCurrentHash()) == Hex;
    }

    public override string ToString() => $"{Type}:{Hex}";

    public static Checksum FromText(string text) => new(text[..text.IndexOf(':', StringComparison.Ordinal)], text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..]);
}
