namespace Skyline.Protocol;

public sealed partial class SkylineClient
{
    /// <summary>All keys that are or were signed with: the instance's and those of tags. Secrets are never among what is told.</summary>
    public Task<IReadOnlyList<KeyDetails>> Keys(CancellationToken ct) => http.Get("api/keys", SkylineJson.Default.IReadOnlyListKeyDetails, ct);

    /// <summary>What a tag's repository is and was signed with, the newest first.</summary>
    /// <exception cref="RefusedException">404: there is no such tag.</exception>
    public Task<IReadOnlyList<KeyDetails>> KeysOf(string tag, CancellationToken ct) =>
        http.Get($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/keys", SkylineJson.Default.IReadOnlyListKeyDetails, ct);

    /// <summary>
    /// Gives a tag a key of its own, which is taken into use when everything in the tag is signed with it; until then <see cref="KeyDetails.Why"/> tells what that waits for. For administrators.
    /// </summary>
    /// <exception cref="RefusedException">400: there is no such kind of key, or it cannot be used. 404: there is no such tag. 409: it has a key of its own already, or the next one is being taken
    /// into use.</exception>
    public Task<KeyDetails> CreateKey(string tag, NewKey key, CancellationToken ct) =>
        http.Post($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/key", key, SkylineJson.Default.NewKey, SkylineJson.Default.KeyDetails, ct);

    /// <summary>Replaces a key: everything is signed with the next one, then that is taken into use. For administrators.</summary>
    /// <param name="tag">Whose own key is replaced; null: the instance's.</param>
    /// <param name="key">What is null is as the server's settings say.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>The next key.</returns>
    /// <exception cref="RefusedException">400: there is no such kind of key, or it cannot be used. 404: there is no such tag. 409: there is no key to replace, or the next one is being taken into
    /// use.</exception>
    public Task<KeyDetails> RotateKey(string? tag, NewKey key, CancellationToken ct) =>
        http.Post(tag is null ? "api/keys/rotate" : $"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/key/rotate", key, SkylineJson.Default.NewKey, SkylineJson.Default.KeyDetails, ct);
}
