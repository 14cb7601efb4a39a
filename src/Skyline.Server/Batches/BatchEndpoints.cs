using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Batches;

static class BatchEndpoints
{
    public static void MapBatches(this IEndpointRouteBuilder routes)
    {
        var batches = routes.MapGroup("/api/batches").WithTags("Batches");
        batches.MapGet("", (Database database, long? before, int? limit, BatchKind? kind) => TypedResults.Ok(database.Read(db => ShowBatch.List(db, before, Math.Clamp(limit ?? 50, 1, 500), kind)))).Needs(Right.Read)
            .WithSummary("Chains, mass rebuilds and runs by the clock, newest first, a page at a time");
        batches.MapGet("{id:long}", Show).Needs(Right.Read).Produces<BatchDetails>().ProducesProblem(404).WithSummary("One batch; with since and wait, as soon as it has changed");
        batches.MapGet("{id:long}/members", (long id, Database database, long? after, int? limit, MemberState? state) =>
            database.Read(db => ShowBatch.Revision(db, id) is null ? null : ShowBatch.Members(db, id, after ?? 0, Math.Clamp(limit ?? 500, 1, 5000), state)) is { } members
                ? Results.Ok(members) : ShowBatch.None(id).AsResult()).Needs(Right.Read).Produces<BatchMemberPage>().ProducesProblem(404).WithSummary("The source packages of a batch, in order, a page at a time");
        batches.MapPost("{id:long}/cancel", async (long id, ClaimsPrincipal caller, ChangeBatch change, Database database, CancellationToken ct) => Answer(id, database, await change.Cancel(id, caller, ct)))
            .Needs(Right.Build).LetsInNamed(Access.Build).Produces<BatchDetails>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("End a batch: what waits is not built any more, what is done stays");
        batches.MapPost("{id:long}/resume", async (long id, ClaimsPrincipal caller, ChangeBatch change, Database database, CancellationToken ct) => Answer(id, database, await change.Resume(id, caller, ct)))
            .Needs(Right.Build).LetsInNamed(Access.Build).Produces<BatchDetails>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("Build what of a batch failed, was blocked or was cancelled");
    }

    /// <summary>The buttons on a batch's page: plain forms' posts, which lead back to it.</summary>
    public static void MapBatchForms(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/batches/{id:long}/cancel", (long id, HttpContext http, IAntiforgery antiforgery, ChangeBatch change, Database database) => Act(id, http, antiforgery, database, change.Cancel)).Needs(Right.Build).LetsInNamed(Access.Build).ExcludeFromDescription();
        routes.MapPost("/batches/{id:long}/resume", (long id, HttpContext http, IAntiforgery antiforgery, ChangeBatch change, Database database) => Act(id, http, antiforgery, database, change.Resume)).Needs(Right.Build).LetsInNamed(Access.Build).ExcludeFromDescription();
    }

    static async Task<IResult> Act(long id, HttpContext http, IAntiforgery antiforgery, Database database, Func<long, ClaimsPrincipal, CancellationToken, Task<Refusal?>> act)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        return await act(id, http.User, http.RequestAborted) is { } refusal ? refusal.AsText()
            : Results.Redirect(BatchWords.Address(database.Read(db => ShowBatch.Find(db, id))?.Kind ?? BatchKind.ScheduledRun, id));
    }

    static IResult Answer(long id, Database database, Refusal? refusal) => refusal?.AsResult() ?? Results.Ok(database.Read(db => ShowBatch.Find(db, id)));

    static async Task<IResult> Show(long id, Database database, Bells bells, long? since, double? wait, CancellationToken ct)
    {
        await bells.UntilChanged(Bells.Batch(id), () => database.Read(db => ShowBatch.Revision(db, id)), since, wait, ct);
        return database.Read(db => ShowBatch.Find(db, id)) is { } batch ? TypedResults.Ok(batch) : ShowBatch.None(id).AsResult();
    }
}
