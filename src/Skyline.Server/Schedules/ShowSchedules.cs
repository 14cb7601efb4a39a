using System.Data;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Batches;
using Skyline.Server.Storage;

namespace Skyline.Server.Schedules;

/// <summary>Schedules and their runs as the API and the pages show them.</summary>
static class ShowSchedules
{
    const int NextTimes = 5;

    sealed record RunRow(long Id, long DueAt, long StartedAt, string? AskedBy, long Batch, string State, long Sources, long Unavailable, string? Score);

    const string SelectRuns = """
        SELECT r.id AS Id, r.due_at AS DueAt, r.started_at AS StartedAt, u.name AS AskedBy, r.batch_id AS Batch, x.state AS State, r.sources AS Sources, r.unavailable AS Unavailable, r.score AS Score
        FROM schedule_runs r JOIN batches x ON x.id = r.batch_id LEFT JOIN users u ON u.id = r.asked_by
        """;

    public static IReadOnlyList<ScheduleSummary> All(IDbConnection db) => [.. Schedule.All(db).Select(schedule => Summary(db, schedule, Newest(db, schedule.Id)))];

    public static ScheduleDetails? Find(IDbConnection db, string name, DateTimeOffset now, long? before = null, int limit = 50)
    {
        if (Schedule.Find(db, name) is not { } schedule) return null;
        var runs = Runs(db, schedule.Id, before, limit);
        var next = schedule.Paused == 1 ? [] : Cron.Kept(schedule.Cron, schedule.TimeZone).Next(now, NextTimes);
        return new(Summary(db, schedule, Newest(db, schedule.Id)), next, runs, runs.Count == limit ? runs[^1].Id : null);
    }

    public static ScheduledRun RunOf(IDbConnection db, long id) => OnTheWire(db, db.One<RunRow>(SelectRuns + " WHERE r.id = @id", new { id })!);

    static ScheduledRun? Newest(IDbConnection db, long schedule) => Runs(db, schedule, null, 1) is [var run] ? run : null;

    static IReadOnlyList<ScheduledRun> Runs(IDbConnection db, long schedule, long? before, int limit) =>
        [.. db.All<RunRow>(SelectRuns + " WHERE r.schedule_id = @schedule AND (@before IS NULL OR r.id < @before) ORDER BY r.id DESC LIMIT @limit", new { schedule, before, limit }).Select(row => OnTheWire(db, row))];

    static ScheduleSummary Summary(IDbConnection db, Schedule schedule, ScheduledRun? last) => new(
        schedule.Name, schedule.Target, schedule.Tag, schedule.OfKind, schedule.Scope, schedule.Cron, schedule.TimeZone, (int)schedule.Share, (int)schedule.Priority, schedule.Bisects == 1, schedule.Paused == 1, schedule.Owner,
        schedule.NextAt.ToTime(), schedule.LastWhy, last);

    static ScheduledRun OnTheWire(IDbConnection db, RunRow row) => new(
        row.Id, row.DueAt.ToTime(), row.StartedAt.ToTime(), row.AskedBy, row.Batch, Enum.Parse<BatchState>(row.State), ShowBatch.Counts(db, row.Batch), (int)row.Sources, (int)row.Unavailable,
        row.Score is null ? null : JsonSerializer.Deserialize(row.Score, SkylineJson.Default.SelfHosting));
}
