using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Locks;

static class LockEndpoints
{
    public static void MapLocks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/builds/{id:long}/lock", (long id, string? arch, ShowLock show) => Shown(show.Of(id, arch))).Needs(Right.Read)
            .WithTags("Builds").WithSummary("The exact packages that a build was made from").Produces<BuildLock>().ProducesProblem(400).ProducesProblem(404);
        routes.MapPost("/api/builds/{id:long}/rebuild", Rebuild).Needs(Right.Build).LetsInNamed(Access.Build)
            .WithTags("Builds").WithSummary("Build the same source package again, as a scratch build unless scratch is false, with other options or for another target; locked: from the very packages of then")
            .Produces<BuildDetails>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        routes.MapGet("/api/runs/{run:long}/packages/{sha256}", (long run, string sha256, HttpContext http, ServeLocked serve) => serve.Serve(run, sha256, http.User.BuilderId(), http.RequestAborted))
            .Needs(Right.Work).WithTags("Runs").WithSummary("A package of the lock that the run was given").ProducesProblem(409).ProducesProblem(422);
    }

    static IResult Shown((BuildLock? Lock, Refusal? Refusal) outcome) => outcome.Refusal?.AsResult() ?? TypedResults.Ok(outcome.Lock);

    static async Task<IResult> Rebuild(long id, RebuildOrder order, ClaimsPrincipal caller, RebuildBuild rebuild, Database database, TimeProvider time, CancellationToken ct) =>
        await rebuild.Rebuild(id, order, caller.PersonId(), ct) switch
        {
            Submitted.Queued queued => TypedResults.Created($"/api/builds/{queued.BuildId}", database.Read(db => ShowBuild.Find(db, queued.BuildId, time.Stamp()))),
            Submitted.Refused refused => refused.Why.AsResult(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
