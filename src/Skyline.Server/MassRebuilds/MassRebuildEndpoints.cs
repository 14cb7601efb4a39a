using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.Batches;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.MassRebuilds;

static class MassRebuildEndpoints
{
    public static void MapMassRebuilds(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("/api/mass-rebuilds").WithTags("Mass rebuilds");
        all.MapGet("", (Database database, long? before, int? limit) => TypedResults.Ok(database.Read(db => ShowRebuild.List(db, before, Math.Clamp(limit ?? 50, 1, 500))))).Needs(Right.Read)
            .WithSummary("Mass rebuilds, newest first, a page at a time");
        all.MapPost("", Create).Needs(Right.Build).Produces<MassRebuildPlan>().Produces<MassRebuildDetails>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Rebuild packages of a tag in a side tag; with preview, say which, in which order, and how long it takes");
        all.MapGet("{id:long}", (long id, Database database, TimeProvider time) => Show(id, database, time)).Needs(Right.Read).Produces<MassRebuildDetails>().ProducesProblem(404)
            .WithSummary("One mass rebuild, with its failures by cause (its members: /api/batches/{id}/members)");
        all.MapPost("{id:long}/cancel", (long id, ClaimsPrincipal caller, ChangeBatch change, Database database, TimeProvider time, CancellationToken ct) => Change(id, change.Cancel, caller, database, time, ct))
            .Needs(Right.Build).Produces<MassRebuildDetails>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("End a mass rebuild: what waits is not built any more, what is done stays");
        all.MapPost("{id:long}/resume", (long id, ClaimsPrincipal caller, ChangeBatch change, Database database, TimeProvider time, CancellationToken ct) => Change(id, change.Resume, caller, database, time, ct))
            .Needs(Right.Build).Produces<MassRebuildDetails>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("Build what of a mass rebuild failed, was blocked or was cancelled");
        all.MapPost("{id:long}/merge", async (long id, MergeMassRebuild wanted, bool? preview, ClaimsPrincipal caller, MergeRebuild merge, CancellationToken ct) =>
            await merge.Run(id, wanted.Force, preview ?? false, caller.PersonId(), ct) is var (merged, why) && merged is not null ? Results.Ok(merged) : why!.AsResult())
            .Needs(Right.Promote).MayWait(Access.Promote).Produces<MergedMassRebuild>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("Put what was rebuilt into the tag that it was for; what has a newer build there is passed over");
        var marks = routes.MapGroup("/api/tags/{tag}/no-auto-builds").WithTags("Mass rebuilds");
        marks.MapGet("", (string tag, Database database) => database.Read(db => Tag.Find(db, tag) is { } found ? NoAutoBuilds.Of(db, Inheritance.Order(db, found.Id)) : null) is { } all ? Results.Ok(all) : Tag.None(tag).AsResult()).Needs(Right.Read)
            .Produces<IReadOnlyList<NoAutoBuild>>().ProducesProblem(404).WithSummary("Packages that no mass rebuild of a tag touches, inherited ones too");
        marks.MapPut("{package}", async (string tag, string package, NewNoAutoBuild wanted, ClaimsPrincipal caller, NoAutoBuilds change, CancellationToken ct) =>
            await change.Set(tag, package, wanted.Why, caller.PersonId(), ct) is { } refusal ? refusal.AsResult() : TypedResults.NoContent())
            .Needs(Right.Release).InTag(Access.Tag).Produces(204).ProducesProblem(400).ProducesProblem(404).WithSummary("Leave a package out of every mass rebuild of a tag");
        marks.MapDelete("{package}", async (string tag, string package, NoAutoBuilds change, CancellationToken ct) => await change.Unset(tag, package, ct) is { } refusal ? refusal.AsResult() : TypedResults.NoContent())
            .Needs(Right.Release).InTag(Access.Tag).Produces(204).ProducesProblem(404).WithSummary("Leave it out no longer");
        routes.MapPost("/api/bump-plans", Plan).WithTags("Mass rebuilds").Needs(Right.Build).Produces<BumpPlan>().Produces<BumpPlan>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("What a new build of a library breaks, and what must be rebuilt for it in which order; with start, begin that");
    }

    static async Task<IResult> Create(NewMassRebuild wanted, bool? preview, ClaimsPrincipal caller, Database database, StartRebuild start, TimeProvider time, CancellationToken ct)
    {
        var (plan, why) = database.Read(db => PlanRebuild.Of(db, wanted, time.Stamp()));
        if (plan is null) return why!.AsResult();
        var (terms, bad) = RebuildTerms.Of(wanted, plan.Title, time.GetUtcNow());
        if (terms is null) return bad!.AsResult();
        if (preview == true) return Results.Ok(plan.OnTheWire());
        var (batch, refusal) = await start.Start(plan, terms, null, caller.PersonId(), ct);
        return batch is { } id ? Results.Created($"/api/mass-rebuilds/{id}", database.Read(db => ShowRebuild.Find(db, id, time.Stamp()))) : refusal!.AsResult();
    }

    static async Task<IResult> Plan(NewBumpPlan wanted, ClaimsPrincipal caller, PlanSoname planner, StartRebuild start, TimeProvider time, CancellationToken ct)
    {
        var (plan, why) = await StartBumpPlan.Begin(wanted, caller.PersonId(), planner, start, time, ct);
        return plan is null ? why!.AsResult() : plan.MassRebuild is { } id ? Results.Created($"/api/mass-rebuilds/{id}", plan) : Results.Ok(plan);
    }

    static IResult Show(long id, Database database, TimeProvider time) => database.Read(db => ShowRebuild.Find(db, id, time.Stamp())) is { } found ? Results.Ok(found) : ShowRebuild.None(id).AsResult();

    static async Task<IResult> Change(long id, Func<long, ClaimsPrincipal, CancellationToken, Task<Refusal?>> act, ClaimsPrincipal caller, Database database, TimeProvider time, CancellationToken ct)
    {
        if (database.Read(db => ShowRebuild.Find(db, id, time.Stamp())) is null) return ShowRebuild.None(id).AsResult();
        return await act(id, caller, ct) is { } refusal ? refusal.AsResult() : Show(id, database, time);
    }
}
