using Skyline.Protocol;
using Skyline.Server.Builders;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

static class TargetEndpoints
{
    public static void MapTargets(this IEndpointRouteBuilder routes)
    {
        var targets = routes.MapGroup("/api/targets").WithTags("Targets");
        targets.MapGet("", (string? after, int? limit, HttpContext http, Database database) => Paged.Answer(http, [.. database.Read(Target.All).Select(target => target.OnTheWire())], target => target.Name, after, limit)).Needs(Right.Read).Produces<IReadOnlyList<TargetDetails>>().WithSummary("All targets");
        targets.MapGet("{name}", (string name, Database database) => database.Read(db => Target.Find(db, name)) is { } target ? Results.Ok(target.OnTheWire()) : Target.None(name).AsResult()).Needs(Right.Read)
            .Produces<TargetDetails>().ProducesProblem(404).WithSummary("One target");
        targets.MapPost("", async (NewTarget wanted, HttpContext http, CreateTarget create) =>
            await create.Create(wanted, http.RequestAborted, http.User.PersonId()) is { } refusal
                ? refusal.AsResult()
                : Results.Created($"/api/targets/{wanted.Name}", new TargetDetails(wanted.Name, wanted.BuildTag, wanted.DestinationTag, wanted.Channel ?? Channel.Default)))
            .Needs(Right.Release).Produces<TargetDetails>(201).ProducesProblem(400).ProducesProblem(409).WithSummary("Create a target");
        targets.MapPatch("{name}", async (string name, TargetEdit edit, HttpContext http, ChangeTarget change, Database database, CancellationToken ct) =>
            await change.Edit(name, edit, http.User.PersonId(), ct) is { } refusal ? refusal.AsResult() : Results.Ok(database.Read(db => Target.Find(db, name))!.OnTheWire()))
            .Needs(Right.Release).Produces<TargetDetails>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Give a target another channel, build tag or destination");
        targets.MapDelete("{name}", async (string name, HttpContext http, ChangeTarget change, Database database, CancellationToken ct) =>
            (database.Read(db => Target.Find(db, name) is { } target ? TagRights.WhyNotChange(db, http.User.PersonId(), target.DestinationTagId) : null) ?? await change.Remove(name, http.User.PersonId(), ct)) is { } refusal ? refusal.AsResult() : Results.NoContent())
            .Needs(Right.Tag).Produces(204).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("Remove a target that nothing is built for; its builds stay");
    }
}
