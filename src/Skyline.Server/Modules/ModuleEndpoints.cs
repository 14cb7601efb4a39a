using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Modules;

static class ModuleEndpoints
{
    public static void MapModules(this IEndpointRouteBuilder routes)
    {
        var tag = routes.MapGroup("/api/tags/{tag}").WithTags("Modules");
        tag.MapGet("modules", (string tag, Database database) => Seen(database, tag)).Needs(Right.Read)
            .Produces<IReadOnlyList<ModuleDocument>>().ProducesProblem(404).WithSummary("A tag's module documents, those that it inherits too");
        tag.MapGet("modules.yaml", (string tag, Database database) => database.Read(db => Tag.Find(db, tag) is { } found ? TagModules.OwnYaml(db, found.Id) : null) is { } yaml
            ? Results.Text(yaml, "application/yaml") : new Refusal(404, $"There is no tag '{tag}', or it has no modules of its own.").AsResult()).Needs(Right.Read).ProducesProblem(404).WithSummary("The tag's own modules.yaml");
        tag.MapPut("modules", async (string tag, HttpContext http, SetModules set, Database database) =>
            await set.Replace(tag, ModuleText.Read(await http.BoundedBody(SetModules.MostBytes)), http.User.PersonId(), http.RequestAborted) is { } refusal ? refusal.AsResult() : Seen(database, tag))
            .Needs(Right.Release).InTag(Access.Tag).MayWait().TakesBytes("A modules.yaml").Produces<IReadOnlyList<ModuleDocument>>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(413)
            .WithSummary("Set all of a tag's module documents");
        tag.MapDelete("modules", async (string tag, HttpContext http, SetModules set) =>
            await set.Replace(tag, [], http.User.PersonId(), http.RequestAborted) is { } refusal ? refusal.AsResult() : Results.NoContent())
            .Needs(Right.Release).InTag(Access.Tag).MayWait().Produces(204).ProducesProblem(404).WithSummary("Remove the module documents that the tag itself has");
    }

    static IResult Seen(Database database, string tag) => database.Read(db =>
        Tag.Find(db, tag) is { } found ? Results.Ok(TagModules.Seen(db, found.Id)) : new Refusal(404, $"There is no tag '{tag}'.").AsResult());
}
