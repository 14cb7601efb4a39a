namespace Skyline.Protocol;

// What forges tell of repositories becomes builds.
public sealed partial class SkylineClient
{
    /// <summary>Your own; an administrator's: all.</summary>
    public Task<IReadOnlyList<HookDetails>> Hooks(CancellationToken ct) => http.Get("api/hooks", SkylineJson.Default.IReadOnlyListHookDetails, ct);

    /// <summary>A hook of one's own; of an administrator, anybody's.</summary>
    /// <exception cref="RefusedException">404: whoever asks has no such hook.</exception>
    public Task<HookDetails> Hook(string name, CancellationToken ct) => http.Get(OfHook(name), SkylineJson.Default.HookDetails, ct);

    /// <summary>Makes a hook: pushes and pull requests of a repository become builds of whoever asks. The answer holds the secret, this once. For who may build into its target.</summary>
    /// <exception cref="RefusedException">400: its rules build nothing, or a name, address, pattern or token cannot be used. 403: who asks may not build into the target. 404: there is no such
    /// target. 409: there is a hook of that name, or who asks has 500.</exception>
    public Task<AddedHook> AddHook(NewHook hook, CancellationToken ct) => http.Post("api/hooks", hook, SkylineJson.Default.NewHook, SkylineJson.Default.AddedHook, ct);

    /// <summary>Changes a hook's rules, its target or its forge's token.</summary>
    /// <param name="name">Of the hook.</param>
    /// <param name="edit">What is null stays; an empty list is none, an empty token takes it away.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: a rule or an address cannot be used. 403: its owner may not build into the target. 404: whoever asks has no such hook, or there is no such target.</exception>
    public Task<HookDetails> EditHook(string name, HookEdit edit, CancellationToken ct) => http.Send(HttpMethod.Patch, OfHook(name), edit, SkylineJson.Default.HookEdit, SkylineJson.Default.HookDetails, ct);

    /// <summary>Gives a hook another secret, which the answer holds, this once; the one before is good for seven days more, unless it is to end at once.</summary>
    /// <exception cref="RefusedException">400: a secret was given where the server makes it, or none where the forge does. 404: whoever asks has no such hook.</exception>
    public Task<AddedHook> RotateHook(string name, RotateHook rotate, CancellationToken ct) => http.Post($"{OfHook(name)}/rotate", rotate, SkylineJson.Default.RotateHook, SkylineJson.Default.AddedHook, ct);

    /// <summary>Removes a hook; its builds stay.</summary>
    /// <exception cref="RefusedException">404: whoever asks has no such hook.</exception>
    public Task RemoveHook(string name, CancellationToken ct) => http.Delete(OfHook(name), ct);

    /// <summary>What came to a hook and what was made of it, the newest first, a page at a time; the last 2,000 are kept.</summary>
    /// <param name="name">Of the hook.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="before">Where the page before ended, its `NextBefore`; null: from the newest on.</param>
    /// <param name="limit">How many at most, 1 to 500.</param>
    /// <exception cref="RefusedException">404: whoever asks has no such hook.</exception>
    public Task<HookDeliveryPage> HookDeliveries(string name, CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"{OfHook(name)}/deliveries?limit={limit}{Before(before)}", SkylineJson.Default.HookDeliveryPage, ct);

    /// <summary>Builds what a delivery told of, whatever the rules say: a pull request that is held, a push whose branch was not named yet.</summary>
    /// <param name="name">Of the hook.</param>
    /// <param name="delivery">Of the delivery: <see cref="HookDelivery.Id"/>.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>The delivery as it is now, with its build.</returns>
    /// <exception cref="RefusedException">403 or 409: it cannot be built, and the sentence says why. 404: whoever asks has no such hook, or it has no such delivery (any more). 409: it tells of
    /// nothing that could be built.</exception>
    public Task<HookDelivery> BuildDelivery(string name, long delivery, CancellationToken ct) => http.PostAndWait($"{OfHook(name)}/deliveries/{delivery}/build", SkylineJson.Default.HookDelivery, ct);

    static string OfHook(string name) => $"api/hooks/{Uri.EscapeDataString(name)}";
}
