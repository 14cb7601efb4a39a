namespace Skyline.Protocol;

public sealed partial class SkylineClient
{
    /// <summary>All external repositories, those of chroots too, with the state in which each is pinned.</summary>
    public Task<IReadOnlyList<ExternalSummary>> Externals(CancellationToken ct) => http.Get("api/externals", SkylineJson.Default.IReadOnlyListExternalSummary, ct);

    /// <summary>An external repository with its pinned states.</summary>
    /// <param name="name">Of the external repository.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="waitSeconds">How long the server may hold the answer while a refresh is under way, in seconds: 60 at most.</param>
    /// <exception cref="RefusedException">404: there is no such external repository.</exception>
    public Task<ExternalDetails> External(string name, CancellationToken ct, int waitSeconds = 0) =>
        http.Get($"api/externals/{Uri.EscapeDataString(name)}?wait={waitSeconds}", SkylineJson.Default.ExternalDetails, ct);

    /// <summary>Adds an external repository, and begins to pin it; <see cref="External"/> tells how that ends. For release engineers.</summary>
    /// <exception cref="RefusedException">400: it cannot be called so, or its address, keys or architectures cannot be used. 409: there is one of that name. 413: the keys are too large.</exception>
    public Task<ExternalDetails> AddExternal(NewExternal external, CancellationToken ct) =>
        http.Post("api/externals", external, SkylineJson.Default.NewExternal, SkylineJson.Default.ExternalDetails, ct);

    /// <summary>Begins to ask its upstream for a newer state; how that ends, <see cref="External"/> tells. For release engineers.</summary>
    /// <exception cref="RefusedException">404: there is no such external repository. 409: no builder has told yet for which architectures.</exception>
    public Task RefreshExternal(string name, CancellationToken ct) => http.PostNothing($"api/externals/{Uri.EscapeDataString(name)}/refresh", ct);

    /// <summary>Forgets an external repository. For release engineers.</summary>
    /// <exception cref="RefusedException">404: there is no such external repository. 409: it is a chroot's, a tag's, or that of a build that is not over.</exception>
    public Task RemoveExternal(string name, CancellationToken ct) => http.Delete($"api/externals/{Uri.EscapeDataString(name)}", ct);

    /// <summary>The external repositories that a tag's buildroots are made of beside its chroot's: its own, and those that it inherits.</summary>
    /// <exception cref="RefusedException">404: there is no such tag.</exception>
    public Task<IReadOnlyList<TagExternal>> TagExternals(string tag, CancellationToken ct) =>
        http.Get($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/externals", SkylineJson.Default.IReadOnlyListTagExternal, ct);

    /// <summary>Adds an external repository to a tag's buildroots, or changes its priority there, 1 to 9999, the lower wins. For release engineers, and for who may change the tag.</summary>
    /// <exception cref="RefusedException">400: there is no such priority. 404: there is no such tag or external repository. 409: it is a chroot's.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task AddTagExternal(string tag, TagExternal external, CancellationToken ct) =>
        http.Post($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/externals", external, SkylineJson.Default.TagExternal, ct);

    /// <summary>Takes an external repository out of a tag's buildroots. For release engineers, and for who may change the tag.</summary>
    /// <param name="tag">The tag that has it itself.</param>
    /// <param name="name">Of the external repository.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">404: there is no such tag, or it has no such external repository itself.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task RemoveTagExternal(string tag, string name, CancellationToken ct) =>
        http.Delete($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/externals/{Uri.EscapeDataString(name)}", ct);
}
