namespace Skyline.Protocol;

/// <summary>Side tags.</summary>
public sealed partial class SkylineClient
{
    public Task<SideTagPage> SideTags(CancellationToken ct, string? owner = null, string? target = null, long? before = null, int limit = 50) =>
        http.Get($"api/side-tags?{Named("owner", owner)}{Named("target", target)}limit={limit}{Before(before)}", SkylineJson.Default.SideTagPage, ct);

    public Task<SideTagDetails> SideTag(string name, CancellationToken ct) => http.Get(OfSide(name), SkylineJson.Default.SideTagDetails, ct);

    public Task<SideTagDetails> CreateSideTag(NewSideTag wanted, CancellationToken ct) =>
        http.Post("api/side-tags", wanted, SkylineJson.Default.NewSideTag, SkylineJson.Default.SideTagDetails, ct);

    public Task<SideTagDetails> EditSideTag(string name, SideTagEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, OfSide(name), edit, SkylineJson.Default.SideTagEdit, SkylineJson.Default.SideTagDetails, ct);

    /// <summary>Its target goes with it; its builds stay what they are.</summary>
    public Task RemoveSideTag(string name, CancellationToken ct) => http.Delete(OfSide(name), ct);

    /// <summary>All that it has itself goes into another tag at once, if every rule holds.</summary>
    public Task<SideTagPromotion> PromoteSideTag(string name, PromotionOrder order, bool preview, CancellationToken ct) =>
        http.Post($"{OfSide(name)}/promote{(preview ? "?preview=true" : "")}", order, SkylineJson.Default.PromotionOrder, SkylineJson.Default.SideTagPromotion, ct);

    static string OfSide(string name) => $"api/side-tags/{Uri.EscapeDataString(TagAddress.Of(name))}";
}
