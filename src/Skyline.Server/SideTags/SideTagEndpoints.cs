using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.SideTags;

static class SideTagEndpoints
{
    public static void MapSideTags(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("/api/side-tags").WithTags("Side tags");
        all.MapGet("", (string? owner, string? target, long? before, int? limit, Database database, SkylineSettings settings) =>
            TypedResults.Ok(database.Read(db => SideTagRow.Page(db, settings, owner, target, before, Math.Clamp(limit ?? 50, 1, 500))))).Needs(Right.Read)
            .WithSummary("Side tags, newest first, a page at a time");
        all.MapPost("", Create).Needs(Right.Tag).Produces<SideTagDetails>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Make a side tag beside a target: a tag that inherits from what that builds from, and a target of its name");
        all.MapGet("{tag}", (string tag, Database database, SkylineSettings settings) => Show(tag, database, settings)).Needs(Right.Read).Produces<SideTagDetails>().ProducesProblem(404).WithSummary("One side tag and its builds");
        all.MapPatch("{tag}", async (string tag, SideTagEdit wanted, ClaimsPrincipal caller, EditSideTag edit, Database database, SkylineSettings settings, CancellationToken ct) =>
            await edit.Edit(tag, wanted, caller.PersonId(), ct) is { } refusal ? refusal.AsResult() : Show(tag, database, settings))
            .Needs(Right.Tag).Produces<SideTagDetails>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).WithSummary("Change what a side tag is for, or how long it stays");
        all.MapDelete("{tag}", async (string tag, ClaimsPrincipal caller, RemoveSideTag remove, CancellationToken ct) =>
            await remove.Remove(tag, caller.PersonId(), ct) is { } refusal ? refusal.AsResult() : TypedResults.NoContent())
            .Needs(Right.Tag).Produces(204).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("Remove a side tag and its target; its builds stay what they are");
        all.MapPost("{tag}/promote", Promote).Needs(Right.Promote).MayWait(Access.Promote).Produces<SideTagPromotion>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Put all that a side tag has itself into the tag that it was made beside, or another, at once and if every rule holds; with preview, say which rules do");
    }

    static async Task<IResult> Create(NewSideTag wanted, ClaimsPrincipal caller, CreateSideTag create, Database database, SkylineSettings settings, CancellationToken ct) =>
        await create.Create(wanted.Target ?? "", caller.PersonId(), wanted, ct) is var (made, why) && made is not null
            ? Results.Created($"/api/side-tags/{TagAddress.Of(made.Name)}", database.Read(db => SideTagRow.Find(db, made.TagId)!.Details(db, settings)))
            : why!.AsResult();

    static async Task<IResult> Promote(string tag, PromotionOrder order, bool? preview, ClaimsPrincipal caller, PromoteSideTag promote, CancellationToken ct) =>
        await promote.Promote(tag, order, caller.PersonId(), preview ?? false, ct) is var (outcome, why) && outcome is not null ? Results.Ok(outcome) : why!.AsResult();

    static IResult Show(string tag, Database database, SkylineSettings settings) =>
        database.Read(db => SideTagRow.Find(db, tag)?.Details(db, settings)) is { } details ? TypedResults.Ok(details) : SideTagRow.None(tag).AsResult();
}
