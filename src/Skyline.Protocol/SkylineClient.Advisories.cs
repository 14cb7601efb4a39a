namespace Skyline.Protocol;

/// <summary>What repositories tell clients besides packages: advisories, groups, modules.</summary>
public sealed partial class SkylineClient
{
    public Task<AdvisoryDetails> CreateAdvisory(NewAdvisory advisory, CancellationToken ct) =>
        http.Post("api/advisories", advisory, SkylineJson.Default.NewAdvisory, SkylineJson.Default.AdvisoryDetails, ct);

    /// <summary>The newest first, a page at a time.</summary>
    public Task<AdvisoryPage> Advisories(CancellationToken ct, string? tag = null, AdvisoryState? state = null, long? before = null, int limit = 100) =>
        http.Get($"api/advisories?limit={limit}{(tag is null ? "" : $"&tag={Uri.EscapeDataString(tag)}")}{(state is { } s ? $"&state={s}" : "")}{(before is { } b ? $"&before={b}" : "")}", SkylineJson.Default.AdvisoryPage, ct);

    public Task<AdvisoryDetails> Advisory(string id, CancellationToken ct) => http.Get(At(id), SkylineJson.Default.AdvisoryDetails, ct);

    public Task<AdvisoryDetails> EditAdvisory(string id, AdvisoryEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, At(id), edit, SkylineJson.Default.AdvisoryEdit, SkylineJson.Default.AdvisoryDetails, ct);

    public Task<AdvisoryDetails> AttachBuilds(string id, IReadOnlyList<string> nvrs, CancellationToken ct) =>
        http.Post($"{At(id)}/builds", new AdvisoryBuilds(nvrs), SkylineJson.Default.AdvisoryBuilds, SkylineJson.Default.AdvisoryDetails, ct);

    public Task DetachBuild(string id, string nvr, CancellationToken ct) => http.Delete($"{At(id)}/builds/{Uri.EscapeDataString(nvr)}", ct);

    public Task PublishAdvisory(string id, CancellationToken ct) => http.PostNothing($"{At(id)}/publish", ct);

    public Task WithdrawAdvisory(string id, CancellationToken ct) => http.PostNothing($"{At(id)}/withdraw", ct);

    /// <summary>A tag's groups, its parents' too.</summary>
    public Task<IReadOnlyList<PackageGroup>> Groups(string tag, CancellationToken ct) => http.Get($"{TagAt(tag)}/groups", SkylineJson.Default.IReadOnlyListPackageGroup, ct);

    /// <summary>The tag's own groups, categories and environments as comps.xml.</summary>
    public Task<Stream> OpenComps(string tag, CancellationToken ct) => http.OpenFrom($"{TagAt(tag)}/comps.xml", 0, ct);

    public Task<TakenGroups> SetGroups(string tag, Stream comps, CancellationToken ct) =>
        http.SendBytes(HttpMethod.Put, $"{TagAt(tag)}/groups", new StreamContent(comps), SkylineJson.Default.TakenGroups, ct, askFirst: true);

    public Task<PackageGroup> EditGroup(string tag, string id, GroupEdit edit, CancellationToken ct) =>
        http.Post($"{TagAt(tag)}/groups/{Uri.EscapeDataString(id)}", edit, SkylineJson.Default.GroupEdit, SkylineJson.Default.PackageGroup, ct);

    /// <param name="id">Null: all that the tag itself has.</param>
    public Task RemoveGroups(string tag, string? id, CancellationToken ct) => http.Delete($"{TagAt(tag)}/groups{(id is null ? "" : "/" + Uri.EscapeDataString(id))}", ct);

    /// <summary>A tag's module documents, its parents' too.</summary>
    public Task<IReadOnlyList<ModuleDocument>> Modules(string tag, CancellationToken ct) => http.Get($"{TagAt(tag)}/modules", SkylineJson.Default.IReadOnlyListModuleDocument, ct);

    /// <summary>The tag's own modules.yaml.</summary>
    public Task<Stream> OpenModules(string tag, CancellationToken ct) => http.OpenFrom($"{TagAt(tag)}/modules.yaml", 0, ct);

    public Task<IReadOnlyList<ModuleDocument>> SetModules(string tag, Stream yaml, CancellationToken ct) =>
        http.SendBytes(HttpMethod.Put, $"{TagAt(tag)}/modules", new StreamContent(yaml), SkylineJson.Default.IReadOnlyListModuleDocument, ct, askFirst: true);

    public Task RemoveModules(string tag, CancellationToken ct) => http.Delete($"{TagAt(tag)}/modules", ct);

    static string At(string advisory) => $"api/advisories/{Uri.EscapeDataString(advisory)}";

    static string TagAt(string tag) => $"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}";
}
