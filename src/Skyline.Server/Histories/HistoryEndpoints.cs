using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Histories;

static class HistoryEndpoints
{
    public static void MapHistories(this IEndpointRouteBuilder routes)
    {
        var tags = routes.MapGroup("/api/tags").WithTags("Schedules");
        tags.MapGet("{tag}/packages/{package}/history", (string tag, string package, long? before, int? limit, Database database) =>
            database.Read(db => ShowHistory.Of(db, tag, package, before, Math.Clamp(limit ?? 50, 1, 500))) is { } history ? Results.Ok(history) : Tag.None(tag).AsResult()).Needs(Right.Read)
            .Produces<PackageHistory>().ProducesProblem(404).WithSummary("How the real and scheduled builds of a package in a tag went, the newest first");
        tags.MapGet("{tag}/failing", (string tag, Database database) => database.Read(db => ShowHistory.Failing(db, tag)) is { } failing ? Results.Ok(failing) : Tag.None(tag).AsResult()).Needs(Right.Read)
            .Produces<FailingPackages>().ProducesProblem(404).WithSummary("Which packages of a tag do not build any more, since when and why");
    }
}
