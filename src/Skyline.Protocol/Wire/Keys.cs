using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>A signing key: next while all it is to sign is signed with it, then current; retired keys are kept for what they signed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyState>))]
public enum KeyState { Next, Current, Retired }

/// <param name="Kind">"Ed25519" or "Rsa4096"; null: the server's setting.</param>
/// <param name="Identity">The user id ("Name &lt;address>"); null: the server's setting.</param>
/// <param name="PublicKey">Armored: the secret is elsewhere, and the server's signing command signs with it. Kind and identity are the key's own then.</param>
public sealed record NewKey(string? Kind = null, string? Identity = null, string? PublicKey = null);

/// <param name="Tag">The one tag whose key it is; null: the instance's, for every tag without one of its own.</param>
/// <param name="Elsewhere">The secret is not on the server.</param>
/// <param name="Why">What it is waiting for, or why it cannot sign.</param>
/// <param name="DestroyedAt">When its secret was destroyed: it was retired, and nothing that is kept is signed with it.</param>
public sealed record KeyDetails(
    string Fingerprint, string? Tag, string Kind, string Identity, KeyState State, bool Elsewhere, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt, string? Why, DateTimeOffset? DestroyedAt = null);
