namespace Skyline.Protocol;

// What is built by the clock, what came of it, and what made it fail.
public sealed partial class SkylineClient
{
    /// <summary>What is built by the clock, when next, and how the last run of each went.</summary>
    public Task<IReadOnlyList<ScheduleSummary>> Schedules(CancellationToken ct) => http.Get("api/schedules", SkylineJson.Default.IReadOnlyListScheduleSummary, ct);

    /// <summary>A schedule, its next times, and its runs, the newest first, a page at a time.</summary>
    /// <param name="name">Of the schedule.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="before">Where the page before ended, its `NextBefore`; null: from the newest on.</param>
    /// <param name="limit">How many at most, 1 to 500.</param>
    /// <exception cref="RefusedException">404: there is no such schedule.</exception>
    public Task<ScheduleDetails> Schedule(string name, CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"{OfSchedule(name)}?limit={limit}{Before(before)}", SkylineJson.Default.ScheduleDetails, ct);

    /// <summary>Has what a target's destination tag holds built by the clock, as scratch builds. For release engineers.</summary>
    /// <exception cref="RefusedException">400: it cannot be called so, or its times, share or priority are none. 404: there is no such target. 409: there is one of that name.</exception>
    public Task<ScheduleDetails> CreateSchedule(NewSchedule schedule, CancellationToken ct) =>
        http.Post("api/schedules", schedule, SkylineJson.Default.NewSchedule, SkylineJson.Default.ScheduleDetails, ct);

    /// <summary>Changes a schedule. For release engineers.</summary>
    /// <param name="name">Of the schedule.</param>
    /// <param name="edit">What is null stays as it is.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: its times, share or priority are none. 404: there is no such schedule or target.</exception>
    public Task<ScheduleDetails> EditSchedule(string name, ScheduleEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, OfSchedule(name), edit, SkylineJson.Default.ScheduleEdit, SkylineJson.Default.ScheduleDetails, ct);

    /// <summary>Lets a schedule fire no more, or again from its next time on; a run that has begun goes on. For release engineers.</summary>
    /// <param name="name">Of the schedule.</param>
    /// <param name="paused">Whether it fires no more.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">404: there is no such schedule.</exception>
    public Task<ScheduleDetails> PauseSchedule(string name, bool paused, CancellationToken ct) =>
        http.PostAndWait($"{OfSchedule(name)}/{(paused ? "pause" : "resume")}", SkylineJson.Default.ScheduleDetails, ct);

    /// <summary>Runs a schedule now, whatever its hour. For release engineers.</summary>
    /// <exception cref="RefusedException">404: there is no such schedule. 409: a run of it is not over, or there is nothing to build.</exception>
    public Task<ScheduledRun> RunSchedule(string name, CancellationToken ct) => http.PostAndWait($"{OfSchedule(name)}/run", SkylineJson.Default.ScheduledRun, ct);

    /// <summary>Removes a schedule; its runs stay. For release engineers.</summary>
    /// <exception cref="RefusedException">404: there is no such schedule.</exception>
    public Task RemoveSchedule(string name, CancellationToken ct) => http.Delete(OfSchedule(name), ct);

    /// <summary>How the real and the scheduled builds of a package in a tag went, the newest first, a page at a time, and whether it builds now.</summary>
    /// <param name="tag">The tag that it is in.</param>
    /// <param name="package">Its name.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="before">Where the page before ended, its `NextBefore`; null: from the newest on.</param>
    /// <param name="limit">How many at most, 1 to 500.</param>
    /// <exception cref="RefusedException">404: there is no such tag.</exception>
    public Task<PackageHistory> PackageHistory(string tag, string package, CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"{Of(tag)}/packages/{Uri.EscapeDataString(package)}/history?limit={limit}{Before(before)}", SkylineJson.Default.PackageHistory, ct);

    /// <summary>Which packages of a tag do not build any more, since when, by cause.</summary>
    /// <exception cref="RefusedException">404: there is no such tag.</exception>
    public Task<FailingPackages> Failing(string tag, CancellationToken ct) => http.Get($"{Of(tag)}/failing", SkylineJson.Default.FailingPackages, ct);

    /// <summary>How the buildroots of two builds differ on one architecture; packages that belong together are one update.</summary>
    /// <param name="before">The one build.</param>
    /// <param name="after">The other.</param>
    /// <param name="arch">Null: one that both were built for.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">404: there is no such build. 409: they have made no buildroots of one architecture (yet).</exception>
    public Task<BuildrootDifference> CompareBuildroots(long before, long after, string? arch, CancellationToken ct) =>
        http.Get($"api/builds/{before}/buildroot/{after}{(arch is null ? "" : $"?arch={Uri.EscapeDataString(arch)}")}", SkylineJson.Default.BuildrootDifference, ct);

    /// <summary>Begins to search for the update of the buildroot that made a package fail, by scratch builds: 4 to 500, 60 where nothing is said. For packagers.</summary>
    /// <exception cref="RefusedException">400: that is no number of probes. 404: there is no such tag or build. 409: it is not known which build was good or bad, the two cannot be compared, or it
    /// is being searched for already.</exception>
    public Task<BisectionDetails> Bisect(NewBisection bisection, CancellationToken ct) =>
        http.Post("api/bisections", bisection, SkylineJson.Default.NewBisection, SkylineJson.Default.BisectionDetails, ct);

    /// <summary>Searches for updates that made packages fail, the newest first, a page at a time.</summary>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="before">Where the page before ended, its `NextBefore`; null: from the newest on.</param>
    /// <param name="limit">How many at most, 1 to 500.</param>
    public Task<BisectionPage> Bisections(CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"api/bisections?limit={limit}{Before(before)}", SkylineJson.Default.BisectionPage, ct);

    /// <summary>A search as it is now, with its updates and probes.</summary>
    /// <exception cref="RefusedException">404: there is no such search.</exception>
    public Task<BisectionDetails> Bisection(long id, CancellationToken ct) => http.Get($"api/bisections/{id}", SkylineJson.Default.BisectionDetails, ct);

    /// <summary>The bisection as it is once its revision is past <paramref name="since"/>, or as it is after the wait.</summary>
    /// <param name="id">Of the bisection.</param>
    /// <param name="since">The <see cref="BisectionSummary.Revision"/> that is known.</param>
    /// <param name="waitSeconds">How long the server may hold the answer, in seconds: 60 at most, more counts as 60.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">404: there is no such search.</exception>
    public Task<BisectionDetails> WaitBisection(long id, long since, int waitSeconds, CancellationToken ct) =>
        http.Get($"api/bisections/{id}?since={since}&wait={waitSeconds}", SkylineJson.Default.BisectionDetails, ct);

    /// <summary>Ends a search that is not over. For who began it and administrators.</summary>
    /// <exception cref="RefusedException">403: it is somebody else's. 404: there is no such search. 409: it is over.</exception>
    public Task<BisectionDetails> CancelBisection(long id, CancellationToken ct) => http.PostAndWait($"api/bisections/{id}/cancel", SkylineJson.Default.BisectionDetails, ct);

    /// <summary>What whoever asks is told, the newest first, a page at a time.</summary>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="unread">Only those that were not read.</param>
    /// <param name="before">Where the page before ended, its `NextBefore`; null: from the newest on.</param>
    /// <param name="limit">How many at most, 1 to 500.</param>
    public Task<NoticePage> Notices(CancellationToken ct, bool unread = false, long? before = null, int limit = 50) =>
        http.Get($"api/notices?unread={(unread ? "true" : "false")}&limit={limit}{Before(before)}", SkylineJson.Default.NoticePage, ct);

    /// <summary>Says that notices were read: up to one, or all.</summary>
    public Task ReadNotices(ReadNotices read, CancellationToken ct) => http.Post("api/notices/read", read, SkylineJson.Default.ReadNotices, ct);

    static string OfSchedule(string name) => $"api/schedules/{Uri.EscapeDataString(name)}";
}
