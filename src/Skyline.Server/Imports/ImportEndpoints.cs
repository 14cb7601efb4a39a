using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.Imports;

static class ImportEndpoints
{
    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/tags/{tag}/rpms", (string tag, HttpContext http, ImportRpm import) => Import(http, tag, import))
            .Needs(Right.Release).InTag(Access.Tag).WithTags("Tags").TakesBytes("The package").WithSummary("Import a package that was built elsewhere, into a tag")
            .Produces<ImportedRpm>(201).Produces<ImportedRpm>(200).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(507);
        routes.MapPost("/api/rpms", (HttpContext http, ImportRpm import) => Import(http, null, import))
            .Needs(Right.Release).WithTags("Builds").TakesBytes("The package").WithSummary("Import a package that was built elsewhere; its build can be tagged later")
            .Produces<ImportedRpm>(201).Produces<ImportedRpm>(200).ProducesProblem(400).ProducesProblem(409).ProducesProblem(413).ProducesProblem(507);
    }

    static async Task<IResult> Import(HttpContext http, string? tag, ImportRpm import) =>
        await import.Import(http.UnhurriedBody(), tag, http.User, http.RequestAborted) switch
        {
            Imported.Taken { New: true } taken => TypedResults.Created($"/api/builds/{taken.Rpm.Build}", taken.Rpm),
            Imported.Taken taken => TypedResults.Ok(taken.Rpm),
            Imported.Refused refused => refused.Why.AsResult(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
