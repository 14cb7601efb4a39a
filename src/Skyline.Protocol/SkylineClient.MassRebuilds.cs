namespace Skyline.Protocol;

// Mass rebuilds, and what new builds of libraries break.
public sealed partial class SkylineClient
{
    /// <summary>Which packages it would build, in which order and how long it takes; nothing is begun. For packagers.</summary>
    /// <exception cref="RefusedException">As of <see cref="CreateMassRebuild"/>.</exception>
    public Task<MassRebuildPlan> PlanMassRebuild(NewMassRebuild wanted, CancellationToken ct) =>
        http.Post("api/mass-rebuilds?preview=true", wanted, SkylineJson.Default.NewMassRebuild, SkylineJson.Default.MassRebuildPlan, ct);

    /// <summary>Begins a mass rebuild, in a side tag that is made for it. For packagers.</summary>
    /// <exception cref="RefusedException">400: the query, title, priority or retries are none. 404: there is no such target or package. 409: nothing is found, or nothing of it can be rebuilt.</exception>
    public Task<MassRebuildDetails> CreateMassRebuild(NewMassRebuild wanted, CancellationToken ct) =>
        http.Post("api/mass-rebuilds", wanted, SkylineJson.Default.NewMassRebuild, SkylineJson.Default.MassRebuildDetails, ct);

    /// <summary>Mass rebuilds, the newest first, a page at a time.</summary>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="before">Where the page before ended, its `NextBefore`; null: from the newest on.</param>
    /// <param name="limit">How many at most, 1 to 500.</param>
    public Task<MassRebuildPage> MassRebuilds(CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"api/mass-rebuilds?limit={limit}{(before is null ? "" : $"&before={before}")}", SkylineJson.Default.MassRebuildPage, ct);

    /// <summary>A mass rebuild with its failures by cause; its members are <see cref="BatchMembers"/> of the same number.</summary>
    /// <exception cref="RefusedException">404: there is no such mass rebuild.</exception>
    public Task<MassRebuildDetails> MassRebuild(long id, CancellationToken ct) => http.Get($"api/mass-rebuilds/{id}", SkylineJson.Default.MassRebuildDetails, ct);

    /// <summary>Ends it: what waits is not built any more, what is done stays. For its owner and administrators.</summary>
    /// <exception cref="RefusedException">403: it is somebody else's. 404: there is no such mass rebuild. 409: it is over.</exception>
    public Task<MassRebuildDetails> CancelMassRebuild(long id, CancellationToken ct) => http.PostAndWait($"api/mass-rebuilds/{id}/cancel", SkylineJson.Default.MassRebuildDetails, ct);

    /// <summary>Builds what of it failed, was blocked or was cancelled. For its owner and administrators.</summary>
    /// <exception cref="RefusedException">403: it is somebody else's. 404: there is no such mass rebuild. 409: it has neither failed nor was it cancelled.</exception>
    public Task<MassRebuildDetails> ResumeMassRebuild(long id, CancellationToken ct) => http.PostAndWait($"api/mass-rebuilds/{id}/resume", SkylineJson.Default.MassRebuildDetails, ct);

    /// <summary>
    /// Puts what was rebuilt into the tag that it was for, all at once and by the rules of a promotion; what has a newer build there is passed over and named. For its owner and administrators.
    /// </summary>
    /// <param name="id">Of the mass rebuild.</param>
    /// <param name="force">Also if something would not install any more then; administrators alone.</param>
    /// <param name="preview">Only say what would go in and what would break.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">403: who asks may not. 404: there is no such mass rebuild. 409: it is still going on, there is nothing to merge, a rule does not hold, or something would
    /// not install any more.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task<MergedMassRebuild> MergeMassRebuild(long id, bool force, bool preview, CancellationToken ct) =>
        http.Post($"api/mass-rebuilds/{id}/merge{(preview ? "?preview=true" : "")}", new MergeMassRebuild(force), SkylineJson.Default.MergeMassRebuild, SkylineJson.Default.MergedMassRebuild, ct);

    /// <summary>What a new build of a library breaks, and what must be rebuilt in which order. With <see cref="NewBumpPlan.Start"/> it is begun too. For packagers.</summary>
    /// <returns>The plan; of one that was begun, with the number of its mass rebuild.</returns>
    /// <exception cref="RefusedException">400: neither a build nor packages are named, or both, or what they say cannot be read. 404: there is no such target or build. 409: the build is not
    /// complete, or its packages are not kept; of one that is to be begun: it is another by now, or it cannot be.</exception>
    public Task<BumpPlan> PlanBump(NewBumpPlan wanted, CancellationToken ct) =>
        http.Post("api/bump-plans", wanted, SkylineJson.Default.NewBumpPlan, SkylineJson.Default.BumpPlan, ct);

    /// <summary>Packages that no mass rebuild of the tag touches, inherited ones too.</summary>
    /// <exception cref="RefusedException">404: there is no such tag.</exception>
    public Task<IReadOnlyList<NoAutoBuild>> NoAutoBuilds(string tag, CancellationToken ct) =>
        http.Get($"api/tags/{Uri.EscapeDataString(tag)}/no-auto-builds", SkylineJson.Default.IReadOnlyListNoAutoBuild, ct);

    /// <summary>Leaves a package out of every mass rebuild of a tag. For release engineers, and for who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="package">Its name.</param>
    /// <param name="why">For people, up to 500 letters; null: nothing is said.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: that cannot be a package's name, or the reason is too long. 404: there is no such tag.</exception>
    public Task SetNoAutoBuild(string tag, string package, string? why, CancellationToken ct) =>
        http.PutNothing($"api/tags/{Uri.EscapeDataString(tag)}/no-auto-builds/{Uri.EscapeDataString(package)}", new NewNoAutoBuild(why), SkylineJson.Default.NewNoAutoBuild, ct);

    /// <summary>Leaves it out no longer. For release engineers, and for who may change the tag.</summary>
    /// <exception cref="RefusedException">404: there is no such tag, or it does not leave that out itself.</exception>
    public Task UnsetNoAutoBuild(string tag, string package, CancellationToken ct) =>
        http.Delete($"api/tags/{Uri.EscapeDataString(tag)}/no-auto-builds/{Uri.EscapeDataString(package)}", ct);
}
