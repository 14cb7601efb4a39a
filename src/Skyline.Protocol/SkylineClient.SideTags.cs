namespace Skyline.Protocol;

// Side tags.
public sealed partial class SkylineClient
{
    /// <summary>Side tags, the newest first, a page at a time.</summary>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="owner">Only this person's; null: everybody's.</param>
    /// <param name="target">Only those that were made beside this target; null: all.</param>
    /// <param name="before">Where the page before ended, its `NextBefore`; null: from the newest on.</param>
    /// <param name="limit">How many at most, 1 to 500.</param>
    public Task<SideTagPage> SideTags(CancellationToken ct, string? owner = null, string? target = null, long? before = null, int limit = 50) =>
        http.Get($"api/side-tags?{Named("owner", owner)}{Named("target", target)}limit={limit}{Before(before)}", SkylineJson.Default.SideTagPage, ct);

    /// <summary>A side tag, its builds, and when it goes.</summary>
    /// <exception cref="RefusedException">404: there is no such side tag.</exception>
    public Task<SideTagDetails> SideTag(string name, CancellationToken ct) => http.Get(OfSide(name), SkylineJson.Default.SideTagDetails, ct);

    /// <summary>Makes a side tag beside a target: a tag that inherits from what the target builds from, and a target of its own name, TARGET-side-N. For packagers.</summary>
    /// <exception cref="RefusedException">400: its note or days are too many. 404: there is no such target. 409: who asks has as many as one may have.</exception>
    public Task<SideTagDetails> CreateSideTag(NewSideTag wanted, CancellationToken ct) =>
        http.Post("api/side-tags", wanted, SkylineJson.Default.NewSideTag, SkylineJson.Default.SideTagDetails, ct);

    /// <summary>Changes what a side tag is for, or how long it stays. For its owner, whom they gave the right to, and administrators.</summary>
    /// <param name="name">Of the side tag.</param>
    /// <param name="edit">What is null stays as it is.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: its note or days are too many. 403: it is somebody else's. 404: there is no such side tag.</exception>
    public Task<SideTagDetails> EditSideTag(string name, SideTagEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, OfSide(name), edit, SkylineJson.Default.SideTagEdit, SkylineJson.Default.SideTagDetails, ct);

    /// <summary>Removes a side tag and its target; its builds stay what they are. For its owner, whom they gave the right to, and administrators.</summary>
    /// <exception cref="RefusedException">403: it is somebody else's. 404: there is no such side tag. 409: something is built in it, or inherits from it.</exception>
    public Task RemoveSideTag(string name, CancellationToken ct) => http.Delete(OfSide(name), ct);

    /// <summary>
    /// All that it has itself goes into another tag at once, if every rule holds. For its owner, whom they gave the right to, and administrators, if they may build into the other tag, or, where
    /// it is not the target's destination, promote into it.
    /// </summary>
    /// <param name="name">Of the side tag.</param>
    /// <param name="order">Into which tag, and which rules are passed by.</param>
    /// <param name="preview">Only say which rules hold, and what would change in whose repositories.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>What went, or would; a preview tells of rules that do not hold, too.</returns>
    /// <exception cref="RefusedException">403: it is somebody else's, or a rule is to be passed by that only administrators may. 404: there is no such side tag or tag. 409: a rule does not hold,
    /// there is nothing to promote, or what is private would become public.</exception>
    /// <exception cref="WaitsForApprovalException">The other tag asks for a second person: nothing is changed yet.</exception>
    public Task<SideTagPromotion> PromoteSideTag(string name, PromotionOrder order, bool preview, CancellationToken ct) =>
        http.Post($"{OfSide(name)}/promote{(preview ? "?preview=true" : "")}", order, SkylineJson.Default.PromotionOrder, SkylineJson.Default.SideTagPromotion, ct);

    static string OfSide(string name) => $"api/side-tags/{Uri.EscapeDataString(TagAddress.Of(name))}";
}
