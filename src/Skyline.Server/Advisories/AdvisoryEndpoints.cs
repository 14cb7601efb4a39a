using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Advisories;

static class AdvisoryEndpoints
{
    public static void MapAdvisories(this IEndpointRouteBuilder routes)
    {
        var advisories = routes.MapGroup("/api/advisories").WithTags("Advisories");
        advisories.MapGet("", (Database database, string? tag, AdvisoryState? state, long? before, int? limit) =>
            TypedResults.Ok(database.Read(db => AdvisoryRow.Page(db, tag, state, before, Math.Clamp(limit ?? 100, 1, 500))))).Needs(Right.Read).WithSummary("Advisories, newest first, a page at a time");
        advisories.MapGet("{id}", (string id, Database database) => Show(database, id)).Needs(Right.Read).Produces<AdvisoryDetails>().ProducesProblem(404).WithSummary("One advisory and its builds");
        advisories.MapPost("", async (NewAdvisory wanted, HttpContext http, WriteAdvisory write, Database database) =>
            await write.Create(wanted, http.User.PersonId(), http.RequestAborted) is (var name, var why) && why is not null
                ? why.AsResult() : Results.Created($"/api/advisories/{name}", Details(database, name!)))
            .Needs(Right.Release).MayWait().Produces<AdvisoryDetails>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Write an advisory: a draft, or published at once");
        advisories.MapPatch("{id}", async (string id, AdvisoryEdit edit, HttpContext http, WriteAdvisory write, Database database) =>
            await write.Edit(id, edit, http.User.PersonId(), http.RequestAborted) is { } refusal ? refusal.AsResult() : Show(database, id))
            .Needs(Right.Release).MayWait().Produces<AdvisoryDetails>().ProducesProblem(400).ProducesProblem(404).WithSummary("Change what an advisory says");
        advisories.MapPost("{id}/builds", async (string id, AdvisoryBuilds builds, HttpContext http, AttachBuilds attach, Database database) =>
            await attach.Attach(id, builds.Nvrs ?? [], http.User.PersonId(), http.RequestAborted) is { } refusal ? refusal.AsResult() : Show(database, id))
            .Needs(Right.Release).MayWait().Produces<AdvisoryDetails>().ProducesProblem(400).ProducesProblem(404).WithSummary("Attach builds");
        advisories.MapDelete("{id}/builds/{nvr}", async (string id, string nvr, HttpContext http, AttachBuilds attach) =>
            await attach.Detach(id, nvr, http.User.PersonId(), http.RequestAborted) is { } refusal ? refusal.AsResult() : Results.NoContent())
            .Needs(Right.Release).MayWait().Produces(204).ProducesProblem(404).WithSummary("Detach a build");
        advisories.MapPost("{id}/publish", async (string id, HttpContext http, PublishAdvisory publish) =>
            await publish.Publish(id, http.User.PersonId(), http.RequestAborted) is { } refusal ? refusal.AsResult() : Results.NoContent())
            .Needs(Right.Release).MayWait().Produces(204).ProducesProblem(404).ProducesProblem(409).WithSummary("Tell clients of it, from the tag's next snapshot on");
        advisories.MapPost("{id}/withdraw", async (string id, HttpContext http, PublishAdvisory publish) =>
            await publish.Withdraw(id, http.User.PersonId(), http.RequestAborted) is { } refusal ? refusal.AsResult() : Results.NoContent())
            .Needs(Right.Release).MayWait().Produces(204).ProducesProblem(404).ProducesProblem(409).WithSummary("Tell clients of it no more");
    }

    static AdvisoryDetails? Details(Database database, string id) => database.Read(db => AdvisoryRow.Find(db, id)?.Details(db));

    static IResult Show(Database database, string id) => Details(database, id) is { } advisory ? Results.Ok(advisory) : WriteAdvisory.NotFound(id).AsResult();
}
