using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Bisections;

static class BisectionEndpoints
{
    public static void MapBisections(this IEndpointRouteBuilder routes)
    {
        var bisections = routes.MapGroup("/api/bisections").WithTags("Schedules");
        bisections.MapGet("", (long? before, int? limit, Database database) => TypedResults.Ok(database.Read(db => ShowBisections.List(db, before, Math.Clamp(limit ?? 50, 1, 500))))).Needs(Right.Read)
            .WithSummary("Searches for updates that made packages fail, the newest first");
        bisections.MapGet("{id:long}", Show).Needs(Right.Read).Produces<BisectionDetails>().ProducesProblem(404).WithSummary("One search, its updates and probes; with since and wait, as soon as it has changed");
        bisections.MapPost("", async (NewBisection wanted, ClaimsPrincipal caller, StartBisection start, Database database, CancellationToken ct) => await start.Start(wanted, caller.PersonId(), ct) switch
            {
                (_, { } refusal) => refusal.AsResult(),
                var (id, _) => Results.Created($"/api/bisections/{id}", database.Read(db => ShowBisections.Find(db, id!.Value))),
            })
            .Needs(Right.Build).Produces<BisectionDetails>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Search for the update of the buildroot that made a package fail");
        bisections.MapPost("{id:long}/cancel", async (long id, ClaimsPrincipal caller, CancelBisection cancel, Database database, CancellationToken ct) =>
            await cancel.Cancel(id, caller, ct) is { } refusal ? refusal.AsResult() : Results.Ok(database.Read(db => ShowBisections.Find(db, id))))
            .Needs(Right.Build).Produces<BisectionDetails>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("End a search that is not over");
        routes.MapGet("/api/builds/{before:long}/buildroot/{after:long}", async (long before, long after, string? arch, CompareBuildroots compare, CancellationToken ct) => await compare.Of(before, after, arch, ct) switch
            {
                (_, { } refusal) => refusal.AsResult(),
                var (difference, _) => Results.Ok(difference),
            }).Needs(Right.Read)
            .WithTags("Builds").Produces<BuildrootDifference>().ProducesProblem(404).ProducesProblem(409).WithSummary("How the buildroots of two builds differ, packages that belong together as one update");
    }

    static async Task<IResult> Show(long id, long? since, double? wait, Database database, Bells bells, CancellationToken ct)
    {
        await bells.UntilChanged(Bells.Bisection(id), () => database.Read(db => ShowBisections.Revision(db, id)), since, wait, ct);
        return database.Read(db => ShowBisections.Find(db, id)) is { } bisection ? Results.Ok(bisection) : ShowBisections.None(id).AsResult();
    }
}
