namespace Skyline.Protocol;

/// <summary>What forges tell of repositories becomes builds.</summary>
public sealed partial class SkylineClient
{
    /// <summary>Your own; an administrator's: all.</summary>
    public Task<IReadOnlyList<HookDetails>> Hooks(CancellationToken ct) => http.Get("api/hooks", SkylineJson.Default.IReadOnlyListHookDetails, ct);

    public Task<HookDetails> Hook(string name, CancellationToken ct) => http.Get(OfHook(name), SkylineJson.Default.HookDetails, ct);

    /// <summary>The answer holds the secret, this once.</summary>
    public Task<AddedHook> AddHook(NewHook hook, CancellationToken ct) => http.Post("api/hooks", hook, SkylineJson.Default.NewHook, SkylineJson.Default.AddedHook, ct);

    public Task<HookDetails> EditHook(string name, HookEdit edit, CancellationToken ct) => http.Send(HttpMethod.Patch, OfHook(name), edit, SkylineJson.Default.HookEdit, SkylineJson.Default.HookDetails, ct);

    /// <summary>The answer holds the new secret, this once; the one before is good for seven days more, unless it is to end at once.</summary>
    public Task<AddedHook> RotateHook(string name, RotateHook rotate, CancellationToken ct) => http.Post($"{OfHook(name)}/rotate", rotate, SkylineJson.Default.RotateHook, SkylineJson.Default.AddedHook, ct);

    /// <summary>Its builds stay.</summary>
    public Task RemoveHook(string name, CancellationToken ct) => http.Delete(OfHook(name), ct);

    public Task<HookDeliveryPage> HookDeliveries(string name, CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"{OfHook(name)}/deliveries?limit={limit}{Before(before)}", SkylineJson.Default.HookDeliveryPage, ct);

    /// <summary>Builds what a delivery told of, whatever the rules say: a pull request that is held, a push whose branch was not named yet.</summary>
    public Task<HookDelivery> BuildDelivery(string name, long delivery, CancellationToken ct) => http.PostAndWait($"{OfHook(name)}/deliveries/{delivery}/build", SkylineJson.Default.HookDelivery, ct);

    static string OfHook(string name) => $"api/hooks/{Uri.EscapeDataString(name)}";
}
