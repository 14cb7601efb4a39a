using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Contents;

static class ContentsEndpoints
{
    public const int MostFiles = 1000;

    public static void MapContents(this IEndpointRouteBuilder routes)
    {
        var packages = routes.MapGroup("/api/builds/{id:long}/packages/{file}").WithTags("Builds").Needs(Right.Read);
        packages.MapGet("", async (long id, string file, LookInside look, CancellationToken ct) => await look.Of(id, file, ct) switch
            {
                (_, { } refusal) => refusal.AsResult(),
                var (contents, _) => Results.Ok(contents),
            }).Produces<BuiltPackage>().ProducesProblem(404).ProducesProblem(422).WithSummary("What a package that a build made says of itself: scripts, dependencies, changelog, header, signatures");
        packages.MapGet("files", async (long id, string file, string? like, int? start, int? limit, LookInside look, CancellationToken ct) => await look.FilesOf(id, file, like, Math.Max(0, start ?? 0), Math.Clamp(limit ?? 200, 1, MostFiles), ct) switch
            {
                (_, { } refusal) => refusal.AsResult(),
                var (files, _) => Results.Ok(files),
            }).Produces<PackageFiles>().ProducesProblem(404).ProducesProblem(422).WithSummary("The files of a package that a build made, a page at a time");
    }
}
