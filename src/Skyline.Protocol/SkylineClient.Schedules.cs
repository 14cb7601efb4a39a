namespace Skyline.Protocol;

/// <summary>What is built by the clock, what came of it, and what made it fail.</summary>
public sealed partial class SkylineClient
{
    public Task<IReadOnlyList<ScheduleSummary>> Schedules(CancellationToken ct) => http.Get("api/schedules", SkylineJson.Default.IReadOnlyListScheduleSummary, ct);

    public Task<ScheduleDetails> Schedule(string name, CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"{OfSchedule(name)}?limit={limit}{Before(before)}", SkylineJson.Default.ScheduleDetails, ct);

    public Task<ScheduleDetails> CreateSchedule(NewSchedule schedule, CancellationToken ct) =>
        http.Post("api/schedules", schedule, SkylineJson.Default.NewSchedule, SkylineJson.Default.ScheduleDetails, ct);

    public Task<ScheduleDetails> EditSchedule(string name, ScheduleEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, OfSchedule(name), edit, SkylineJson.Default.ScheduleEdit, SkylineJson.Default.ScheduleDetails, ct);

    public Task<ScheduleDetails> PauseSchedule(string name, bool paused, CancellationToken ct) =>
        http.PostAndWait($"{OfSchedule(name)}/{(paused ? "pause" : "resume")}", SkylineJson.Default.ScheduleDetails, ct);

    /// <summary>Now, whatever its hour; refused while a run of it is not over, or if there is nothing to build.</summary>
    public Task<ScheduledRun> RunSchedule(string name, CancellationToken ct) => http.PostAndWait($"{OfSchedule(name)}/run", SkylineJson.Default.ScheduledRun, ct);

    public Task RemoveSchedule(string name, CancellationToken ct) => http.Delete(OfSchedule(name), ct);

    public Task<PackageHistory> PackageHistory(string tag, string package, CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"{Of(tag)}/packages/{Uri.EscapeDataString(package)}/history?limit={limit}{Before(before)}", SkylineJson.Default.PackageHistory, ct);

    public Task<FailingPackages> Failing(string tag, CancellationToken ct) => http.Get($"{Of(tag)}/failing", SkylineJson.Default.FailingPackages, ct);

    public Task<BuildrootDifference> CompareBuildroots(long before, long after, string? arch, CancellationToken ct) =>
        http.Get($"api/builds/{before}/buildroot/{after}{(arch is null ? "" : $"?arch={Uri.EscapeDataString(arch)}")}", SkylineJson.Default.BuildrootDifference, ct);

    public Task<BisectionDetails> Bisect(NewBisection bisection, CancellationToken ct) =>
        http.Post("api/bisections", bisection, SkylineJson.Default.NewBisection, SkylineJson.Default.BisectionDetails, ct);

    public Task<BisectionPage> Bisections(CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"api/bisections?limit={limit}{Before(before)}", SkylineJson.Default.BisectionPage, ct);

    public Task<BisectionDetails> Bisection(long id, CancellationToken ct) => http.Get($"api/bisections/{id}", SkylineJson.Default.BisectionDetails, ct);

    /// <summary>The bisection as it is once its revision is past <paramref name="since"/>, or as it is after the wait.</summary>
    public Task<BisectionDetails> WaitBisection(long id, long since, int waitSeconds, CancellationToken ct) =>
        http.Get($"api/bisections/{id}?since={since}&wait={waitSeconds}", SkylineJson.Default.BisectionDetails, ct);

    public Task<BisectionDetails> CancelBisection(long id, CancellationToken ct) => http.PostAndWait($"api/bisections/{id}/cancel", SkylineJson.Default.BisectionDetails, ct);

    public Task<NoticePage> Notices(CancellationToken ct, bool unread = false, long? before = null, int limit = 50) =>
        http.Get($"api/notices?unread={(unread ? "true" : "false")}&limit={limit}{Before(before)}", SkylineJson.Default.NoticePage, ct);

    public Task ReadNotices(ReadNotices read, CancellationToken ct) => http.Post("api/notices/read", read, SkylineJson.Default.ReadNotices, ct);

    static string OfSchedule(string name) => $"api/schedules/{Uri.EscapeDataString(name)}";
}
