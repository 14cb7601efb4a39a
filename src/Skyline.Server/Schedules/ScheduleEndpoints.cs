using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Schedules;

static class ScheduleEndpoints
{
    public static void MapSchedules(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("/api/schedules").WithTags("Schedules");
        open.MapGet("", (Database database) => TypedResults.Ok(database.Read(ShowSchedules.All))).Needs(Right.Read).WithSummary("What is built by the clock");
        open.MapGet("{name}", (string name, long? before, int? limit, Database database, TimeProvider time) => Shown(name, database, time, before, limit)).Needs(Right.Read)
            .Produces<ScheduleDetails>().ProducesProblem(404).WithSummary("One schedule, when it fires next, and its runs, the newest first");
        var api = routes.MapGroup("/api/schedules").Needs(Right.Release).WithTags("Schedules");
        api.MapPost("", async (NewSchedule wanted, ClaimsPrincipal caller, WriteSchedule write, Database database, TimeProvider time, CancellationToken ct) =>
            await write.Create(wanted, caller.PersonId(), ct) is { } refusal ? refusal.AsResult() : Results.Created($"/api/schedules/{wanted.Name}", database.Read(db => ShowSchedules.Find(db, wanted.Name, time.GetUtcNow()))))
            .Produces<ScheduleDetails>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Have a tag's packages built by the clock");
        api.MapPatch("{name}", async (string name, ScheduleEdit edit, WriteSchedule write, Database database, TimeProvider time, CancellationToken ct) =>
            await write.Edit(name, edit, ct) is { } refusal ? refusal.AsResult() : Shown(name, database, time))
            .Produces<ScheduleDetails>().ProducesProblem(400).ProducesProblem(404).WithSummary("Change a schedule; what is not given stays");
        api.MapPost("{name}/pause", (string name, WriteSchedule write, Database database, TimeProvider time, CancellationToken ct) => Paused(name, true, write, database, time, ct))
            .Produces<ScheduleDetails>().ProducesProblem(404).WithSummary("Let a schedule fire no more");
        api.MapPost("{name}/resume", (string name, WriteSchedule write, Database database, TimeProvider time, CancellationToken ct) => Paused(name, false, write, database, time, ct))
            .Produces<ScheduleDetails>().ProducesProblem(404).WithSummary("Let a schedule fire again, from its next time on");
        api.MapPost("{name}/run", async (string name, ClaimsPrincipal caller, RunSchedule run, CancellationToken ct) => await run.Now(name, caller.PersonId(), ct) switch
            {
                (_, { } refusal) => refusal.AsResult(),
                var (begun, _) => Results.Ok(begun),
            })
            .Produces<ScheduledRun>().ProducesProblem(404).ProducesProblem(409).WithSummary("Run a schedule now, whatever its hour");
        api.MapDelete("{name}", async (string name, WriteSchedule write, CancellationToken ct) => await write.Remove(name, ct) is { } refusal ? refusal.AsResult() : Results.NoContent())
            .Produces(204).ProducesProblem(404).WithSummary("Remove a schedule; its runs stay");
    }

    static IResult Shown(string name, Database database, TimeProvider time, long? before = null, int? limit = null) =>
        database.Read(db => ShowSchedules.Find(db, name, time.GetUtcNow(), before, Math.Clamp(limit ?? 50, 1, 500))) is { } schedule ? Results.Ok(schedule) : Schedule.None(name).AsResult();

    static async Task<IResult> Paused(string name, bool paused, WriteSchedule write, Database database, TimeProvider time, CancellationToken ct) =>
        await write.Pause(name, paused, ct) is { } refusal ? refusal.AsResult() : Shown(name, database, time);
}
