using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>Where a signing key is in its life.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyState>))]
public enum KeyState
{
    /// <summary>It is yet to be used: all that it is to sign is being signed with it.</summary>
    Next,
    /// <summary>It signs.</summary>
    Current,
    /// <summary>Another signs in its place; it is kept for what it signed.</summary>
    Retired,
}

/// <summary>A signing key that is to take the present one's place.</summary>
/// <param name="Kind">"Ed25519" or "Rsa4096"; null: as the server's settings say.</param>
/// <param name="Identity">The user id ("Name &lt;address>"); null: as the server's settings say.</param>
/// <param name="PublicKey">Armored: the secret is elsewhere, and the server's signing command signs with it. Kind and identity are the key's own then. Null: the server makes one.</param>
public sealed record NewKey(string? Kind = null, string? Identity = null, string? PublicKey = null);

/// <summary>A signing key.</summary>
/// <param name="Fingerprint">In upper-case hex.</param>
/// <param name="Tag">The one tag whose key it is; null: the instance's, for every tag without one of its own.</param>
/// <param name="Kind">"Ed25519" or "Rsa4096".</param>
/// <param name="Identity">The user id: "Name &lt;address>".</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Elsewhere">The secret is not on the server.</param>
/// <param name="CreatedAt">When it was made or named, in UTC.</param>
/// <param name="RetiredAt">When another took its place, in UTC; null: none has.</param>
/// <param name="Why">A sentence: what it is waiting for, or why it cannot sign; null: nothing is amiss.</param>
/// <param name="DestroyedAt">When its secret was destroyed, in UTC: it was retired, and nothing that is kept is signed with it. Null: it was not.</param>
public sealed record KeyDetails(
    string Fingerprint, string? Tag, string Kind, string Identity, KeyState State, bool Elsewhere, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt, string? Why, DateTimeOffset? DestroyedAt = null);
