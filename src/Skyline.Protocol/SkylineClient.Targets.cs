namespace Skyline.Protocol;

public sealed partial class SkylineClient
{
    /// <summary>All targets that whoever asks may see, in the order of their names.</summary>
    public Task<IReadOnlyList<TargetDetails>> Targets(CancellationToken ct) => http.Get("api/targets", SkylineJson.Default.IReadOnlyListTargetDetails, ct);

    /// <summary>Makes a target: which tag is built with, and into which results go. For release engineers.</summary>
    /// <exception cref="RefusedException">400: it cannot be called so, or there is no such tag or channel. 409: there is one of that name, or it would carry what is private into a public tag.</exception>
    public Task<TargetDetails> CreateTarget(NewTarget target, CancellationToken ct) =>
        http.Post("api/targets", target, SkylineJson.Default.NewTarget, SkylineJson.Default.TargetDetails, ct);

    /// <summary>Removes a target that nothing is being built for; its builds stay. For who may change its destination tag.</summary>
    /// <exception cref="RefusedException">404: there is no such target. 409: something is being built for it, or it is a side tag's.</exception>
    public Task RemoveTarget(string target, CancellationToken ct) => http.Delete($"api/targets/{Uri.EscapeDataString(TagAddress.Of(target))}", ct);
}
