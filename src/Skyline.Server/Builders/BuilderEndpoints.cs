using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Builders;

static class BuilderEndpoints
{
    public static void MapBuilders(this IEndpointRouteBuilder routes)
    {
        var builders = routes.MapGroup("/api/builders").WithTags("Builders");
        builders.MapGet("", (string? after, int? limit, HttpContext http, Database database, TimeProvider time) => Paged.Answer(http, database.Read(db => ShowBuilder.All(db, time.Stamp())), builder => builder.Name, after, limit)).Needs(Right.Read).Produces<IReadOnlyList<BuilderSummary>>().WithSummary("All builders");
        builders.MapGet("{name}", Show).Needs(Right.Read).Produces<BuilderDetails>().ProducesProblem(404).WithSummary("One builder: what it says of itself, what it runs and ran, why it gets no work");
        builders.MapPost("", async (NewBuilder wanted, HttpContext http, EnrolBuilder enrol) =>
        {
            // It holds a secret: it is kept nowhere.
            http.Response.Headers.CacheControl = "no-store";
            return await enrol.Enrol(wanted, http.RequestAborted) is (var builder, var why) && why is null ? Results.Created($"/api/builders/{wanted.Name}", builder) : why!.AsResult();
        })
            .Needs(Right.Administer).Produces<EnrolledBuilder>(201).ProducesProblem(400).ProducesProblem(409).WithSummary("Enrol a builder; the answer holds its token");
        builders.MapPatch("{name}", async (string name, BuilderEdit edit, SwitchBuilder change, Database database, TimeProvider time, CancellationToken ct) =>
            await change.Edit(name, edit, ct) is { } refusal ? refusal.AsResult() : Show(name, database, time))
            .Needs(Right.Administer).Produces<BuilderDetails>().ProducesProblem(400).ProducesProblem(404).WithSummary("Give a builder another weight");
        builders.MapPost("{name}/enable", async (string name, SwitchBuilder change, CancellationToken ct) => Answer(await change.Enable(name, ct)))
            .Needs(Right.Administer).Produces(204).ProducesProblem(404).WithSummary("Give a builder work again");
        builders.MapPost("{name}/disable", async (string name, BuilderOrder? order, SwitchBuilder change, CancellationToken ct) => Answer(await change.Disable(name, order, ct)))
            .Needs(Right.Administer).Produces(204).ProducesProblem(400).ProducesProblem(404).WithSummary("Give a builder no more work; what it runs, it finishes");
        builders.MapPost("{name}/drain", async (string name, BuilderOrder? order, SwitchBuilder change, CancellationToken ct) => Answer(await change.Drain(name, order, ct)))
            .Needs(Right.Administer).Produces(204).ProducesProblem(400).ProducesProblem(404).WithSummary("Give a builder no more work, and say when it has finished what it runs");
        builders.MapDelete("{name}", async (string name, RemoveBuilder remove, CancellationToken ct) => Answer(await remove.Remove(name, ct)))
            .Needs(Right.Administer).Produces(204).ProducesProblem(404).ProducesProblem(409).WithSummary("Let a builder in no more; what it built stays");
    }

    static IResult Answer(Refusal? refusal) => refusal is null ? Results.NoContent() : refusal.AsResult();

    static IResult Show(string name, Database database, TimeProvider time) =>
        database.Read(db => ShowBuilder.Find(db, name, time.Stamp())) is { } builder ? Results.Ok(builder) : SwitchBuilder.None(name).AsResult();
}
