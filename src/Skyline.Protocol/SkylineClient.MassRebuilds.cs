namespace Skyline.Protocol;

/// <summary>Mass rebuilds, and what new builds of libraries break.</summary>
public sealed partial class SkylineClient
{
    /// <summary>What it would do; nothing is begun.</summary>
    public Task<MassRebuildPlan> PlanMassRebuild(NewMassRebuild wanted, CancellationToken ct) =>
        http.Post("api/mass-rebuilds?preview=true", wanted, SkylineJson.Default.NewMassRebuild, SkylineJson.Default.MassRebuildPlan, ct);

    public Task<MassRebuildDetails> CreateMassRebuild(NewMassRebuild wanted, CancellationToken ct) =>
        http.Post("api/mass-rebuilds", wanted, SkylineJson.Default.NewMassRebuild, SkylineJson.Default.MassRebuildDetails, ct);

    public Task<MassRebuildPage> MassRebuilds(CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"api/mass-rebuilds?limit={limit}{(before is null ? "" : $"&before={before}")}", SkylineJson.Default.MassRebuildPage, ct);

    public Task<MassRebuildDetails> MassRebuild(long id, CancellationToken ct) => http.Get($"api/mass-rebuilds/{id}", SkylineJson.Default.MassRebuildDetails, ct);

    public Task<MassRebuildDetails> CancelMassRebuild(long id, CancellationToken ct) => http.PostAndWait($"api/mass-rebuilds/{id}/cancel", SkylineJson.Default.MassRebuildDetails, ct);

    public Task<MassRebuildDetails> ResumeMassRebuild(long id, CancellationToken ct) => http.PostAndWait($"api/mass-rebuilds/{id}/resume", SkylineJson.Default.MassRebuildDetails, ct);

    public Task<MergedMassRebuild> MergeMassRebuild(long id, bool force, bool preview, CancellationToken ct) =>
        http.Post($"api/mass-rebuilds/{id}/merge{(preview ? "?preview=true" : "")}", new MergeMassRebuild(force), SkylineJson.Default.MergeMassRebuild, SkylineJson.Default.MergedMassRebuild, ct);

    /// <summary>With <see cref="NewBumpPlan.Start"/> it is begun too.</summary>
    public Task<BumpPlan> PlanBump(NewBumpPlan wanted, CancellationToken ct) =>
        http.Post("api/bump-plans", wanted, SkylineJson.Default.NewBumpPlan, SkylineJson.Default.BumpPlan, ct);

    public Task<IReadOnlyList<NoAutoBuild>> NoAutoBuilds(string tag, CancellationToken ct) =>
        http.Get($"api/tags/{Uri.EscapeDataString(tag)}/no-auto-builds", SkylineJson.Default.IReadOnlyListNoAutoBuild, ct);

    public Task SetNoAutoBuild(string tag, string package, string? why, CancellationToken ct) =>
        http.PutNothing($"api/tags/{Uri.EscapeDataString(tag)}/no-auto-builds/{Uri.EscapeDataString(package)}", new NewNoAutoBuild(why), SkylineJson.Default.NewNoAutoBuild, ct);

    public Task UnsetNoAutoBuild(string tag, string package, CancellationToken ct) =>
        http.Delete($"api/tags/{Uri.EscapeDataString(tag)}/no-auto-builds/{Uri.EscapeDataString(package)}", ct);
}
