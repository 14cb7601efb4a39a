namespace Skyline.Protocol;

// What repositories tell clients besides packages: advisories, groups, modules.
public sealed partial class SkylineClient
{
    /// <summary>Writes an advisory: a draft, or published at once. For release engineers.</summary>
    /// <exception cref="RefusedException">400: a text, type or reference is none. 404: there is no such tag or build. 409: there is one of that id, or it is to be published and has no builds.</exception>
    /// <exception cref="WaitsForApprovalException">It is to be published, and the tag asks for a second person.</exception>
    public Task<AdvisoryDetails> CreateAdvisory(NewAdvisory advisory, CancellationToken ct) =>
        http.Post("api/advisories", advisory, SkylineJson.Default.NewAdvisory, SkylineJson.Default.AdvisoryDetails, ct);

    /// <summary>Advisories, drafts too, the newest first, a page at a time.</summary>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="tag">Only those of this tag; null: all.</param>
    /// <param name="state">Only those in this state; null: all.</param>
    /// <param name="before">Where the page before ended, its <see cref="AdvisoryPage.Before"/>; null: from the newest on.</param>
    /// <param name="limit">How many at most, 1 to 500.</param>
    public Task<AdvisoryPage> Advisories(CancellationToken ct, string? tag = null, AdvisoryState? state = null, long? before = null, int limit = 100) =>
        http.Get($"api/advisories?limit={limit}{(tag is null ? "" : $"&tag={Uri.EscapeDataString(tag)}")}{(state is { } s ? $"&state={s}" : "")}{(before is { } b ? $"&before={b}" : "")}", SkylineJson.Default.AdvisoryPage, ct);

    /// <summary>An advisory and its builds.</summary>
    /// <exception cref="RefusedException">404: there is no such advisory.</exception>
    public Task<AdvisoryDetails> Advisory(string id, CancellationToken ct) => http.Get(At(id), SkylineJson.Default.AdvisoryDetails, ct);

    /// <summary>Changes what an advisory says; of a published one the tag's next snapshot tells it. For release engineers.</summary>
    /// <exception cref="RefusedException">400: a text, type or reference is none. 404: there is no such advisory.</exception>
    /// <exception cref="WaitsForApprovalException">It is published, and its tag asks for a second person.</exception>
    public Task<AdvisoryDetails> EditAdvisory(string id, AdvisoryEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, At(id), edit, SkylineJson.Default.AdvisoryEdit, SkylineJson.Default.AdvisoryDetails, ct);

    /// <summary>Attaches complete builds, each by its NVR; an advisory has 5,000 at most. For release engineers.</summary>
    /// <exception cref="RefusedException">400: they would be too many. 404: there is no such advisory or build.</exception>
    /// <exception cref="WaitsForApprovalException">It is published, and its tag asks for a second person.</exception>
    public Task<AdvisoryDetails> AttachBuilds(string id, IReadOnlyList<string> nvrs, CancellationToken ct) =>
        http.Post($"{At(id)}/builds", new AdvisoryBuilds(nvrs), SkylineJson.Default.AdvisoryBuilds, SkylineJson.Default.AdvisoryDetails, ct);

    /// <summary>Detaches a build. For release engineers.</summary>
    /// <exception cref="RefusedException">404: there is no such advisory, or it has no such build.</exception>
    /// <exception cref="WaitsForApprovalException">It is published, and its tag asks for a second person.</exception>
    public Task DetachBuild(string id, string nvr, CancellationToken ct) => http.Delete($"{At(id)}/builds/{Uri.EscapeDataString(nvr)}", ct);

    /// <summary>Tells clients of it, from the tag's next snapshot on. One that was withdrawn can be published again. For release engineers.</summary>
    /// <exception cref="RefusedException">404: there is no such advisory. 409: it is published already, or has no builds.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task PublishAdvisory(string id, CancellationToken ct) => http.PostNothing($"{At(id)}/publish", ct);

    /// <summary>Tells clients of it no more, from the tag's next snapshot on. For release engineers.</summary>
    /// <exception cref="RefusedException">404: there is no such advisory. 409: it is not published.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task WithdrawAdvisory(string id, CancellationToken ct) => http.PostNothing($"{At(id)}/withdraw", ct);

    /// <summary>A tag's package groups, its parents' too; of one id the nearest tag's.</summary>
    /// <exception cref="RefusedException">404: there is no such tag.</exception>
    public Task<IReadOnlyList<PackageGroup>> Groups(string tag, CancellationToken ct) => http.Get($"{TagAt(tag)}/groups", SkylineJson.Default.IReadOnlyListPackageGroup, ct);

    /// <summary>The tag's own groups, categories and environments as comps.xml; what it inherits is not in it.</summary>
    /// <returns>The file; it holds a connection until it is disposed.</returns>
    /// <exception cref="RefusedException">404: there is no such tag, or it has no groups of its own.</exception>
    public Task<Stream> OpenComps(string tag, CancellationToken ct) => http.OpenFrom($"{TagAt(tag)}/comps.xml", 0, ct);

    /// <summary>These groups, categories and environments take the place of all that the tag itself had. For release engineers, and for who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="comps">A comps.xml of up to 4 MiB; read to its end, and disposed when the call ends.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>How many of each it was found to have.</returns>
    /// <exception cref="RefusedException">400: it is no comps.xml. 404: there is no such tag. 409: the tag asks for a second person, and a stream cannot wait for one. 413: it is too large.</exception>
    public Task<TakenGroups> SetGroups(string tag, Stream comps, CancellationToken ct) =>
        http.SendBytes(HttpMethod.Put, $"{TagAt(tag)}/groups", new StreamContent(comps), SkylineJson.Default.TakenGroups, ct, askFirst: true);

    /// <summary>Makes or changes one group; one of a parent becomes the tag's own by that. For release engineers, and for who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="id">What clients call it: letters, digits, '.', '_', '-' and '+', up to 100.</param>
    /// <param name="edit">What is null stays as it is; a new group needs a name.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>The group as it is now.</returns>
    /// <exception cref="RefusedException">400: it cannot be called so, or a package of it is none. 404: there is no such tag. 413: the tag's groups would be larger than 4 MiB.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task<PackageGroup> EditGroup(string tag, string id, GroupEdit edit, CancellationToken ct) =>
        http.Post($"{TagAt(tag)}/groups/{Uri.EscapeDataString(id)}", edit, SkylineJson.Default.GroupEdit, SkylineJson.Default.PackageGroup, ct);

    /// <summary>Removes groups that the tag itself has; a parent's of the same id is seen again. For release engineers, and for who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="id">Null: all that the tag itself has, with categories and environments.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">404: there is no such tag, or it has no such group itself.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task RemoveGroups(string tag, string? id, CancellationToken ct) => http.Delete($"{TagAt(tag)}/groups{(id is null ? "" : "/" + Uri.EscapeDataString(id))}", ct);

    /// <summary>A tag's module documents, its parents' too.</summary>
    /// <exception cref="RefusedException">404: there is no such tag.</exception>
    public Task<IReadOnlyList<ModuleDocument>> Modules(string tag, CancellationToken ct) => http.Get($"{TagAt(tag)}/modules", SkylineJson.Default.IReadOnlyListModuleDocument, ct);

    /// <summary>The tag's own modules.yaml; what it inherits is not in it.</summary>
    /// <returns>The file; it holds a connection until it is disposed.</returns>
    /// <exception cref="RefusedException">404: there is no such tag, or it has no modules of its own.</exception>
    public Task<Stream> OpenModules(string tag, CancellationToken ct) => http.OpenFrom($"{TagAt(tag)}/modules.yaml", 0, ct);

    /// <summary>These module documents take the place of all that the tag itself had. For release engineers, and for who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="yaml">A modules.yaml of up to 24 MiB; read to its end, and disposed when the call ends.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>All that the tag has now, its parents' too.</returns>
    /// <exception cref="RefusedException">400: it is no modules.yaml. 404: there is no such tag. 409: the tag asks for a second person, and a stream cannot wait for one. 413: it is too large.</exception>
    public Task<IReadOnlyList<ModuleDocument>> SetModules(string tag, Stream yaml, CancellationToken ct) =>
        http.SendBytes(HttpMethod.Put, $"{TagAt(tag)}/modules", new StreamContent(yaml), SkylineJson.Default.IReadOnlyListModuleDocument, ct, askFirst: true);

    /// <summary>Removes the module documents that the tag itself has. For release engineers, and for who may change the tag.</summary>
    /// <exception cref="RefusedException">404: there is no such tag, or it has none of its own.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task RemoveModules(string tag, CancellationToken ct) => http.Delete($"{TagAt(tag)}/modules", ct);

    static string At(string advisory) => $"api/advisories/{Uri.EscapeDataString(advisory)}";

    static string TagAt(string tag) => $"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}";
}
