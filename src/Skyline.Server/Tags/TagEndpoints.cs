using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.People;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

static class TagEndpoints
{
    public static void MapTags(this IEndpointRouteBuilder routes)
    {
        var tags = routes.MapGroup("/api/tags").WithTags("Tags");
        tags.MapGet("", (string? after, int? limit, HttpContext http, TagViews views) => Paged.Answer(http, views.All(), tag => tag.Name, after, limit)).Needs(Right.Read).Produces<IReadOnlyList<TagSummary>>().WithSummary("All tags");
        tags.MapGet("{name}", (string name, string? at, long? @event, HttpContext http, TagViews views, SkylineSettings settings) =>
        {
            var (tag, why) = views.Find(name, settings.AddressFor(http), at, @event);
            return why is null ? Results.Ok(tag) : why.AsResult();
        }).Needs(Right.Read)
            .Produces<TagDetails>().ProducesProblem(400).ProducesProblem(404).WithSummary("One tag, its builds and its .repo file; or as it was at a time or after an event");
        tags.MapGet("{name}/latest", LatestEndpoint.Answer).Needs(Right.Read).Produces<IReadOnlyList<LatestBuild>>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("The build that a tag's repositories hold of each package, inherited or not; or as it was at a time or after an event");
        tags.MapGet("{name}/packages", Packages).Needs(Right.Read).Produces<IReadOnlyList<TagPackage>>().ProducesProblem(400).ProducesProblem(404).WithSummary("The packages that a tag and those that it inherits from list, with who looks after them");
        tags.MapPost("{name}/clone", async (string name, CloneTag wanted, HttpContext http, MakeClone clone, TagViews views, SkylineSettings settings) =>
        {
            var (notes, why) = await clone.Clone(name, wanted, http.User.PersonId(), http.RequestAborted);
            return why is null ? Results.Created($"/api/tags/{TagAddress.Of(wanted.Name)}", new ClonedTag(views.Find(wanted.Name, settings.AddressFor(http))!, notes)) : why.AsResult();
        })
            .Needs(Right.Release).Produces<ClonedTag>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Make a tag that is as this one is, or was");
        tags.MapDelete("{name}", async (string name, bool? force, HttpContext http, RemoveTag remove, CancellationToken ct) =>
            await remove.Remove(name, force ?? false, http.User.PersonId(), ct) is { } refusal ? refusal.AsResult() : Results.NoContent())
            .Needs(Right.Tag).InTag(Access.Tag).MayWait().Produces(204).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("Remove a tag that nothing needs any more; its history stays");
        tags.MapPost("", async (NewTag wanted, HttpContext http, CreateTag create, CreatePersonalTag personal, TagViews views, SkylineSettings settings) =>
            await (wanted.Base is not null ? personal.Create(wanted, http.User.PersonId(), http.RequestAborted)
                : http.User.May(Right.Release) ? create.Create(wanted, http.RequestAborted, http.User.PersonId()) : Task.FromResult<Refusal?>(CreatePersonalTag.ReleaseEngineersAlone)) is { } refusal
                ? refusal.AsResult()
                : Results.Created($"/api/tags/{TagAddress.Of(wanted.Name)}", views.Find(wanted.Name, settings.AddressFor(http))))
            .Needs(Right.Tag).Produces<TagDetails>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).WithSummary("Create a tag, with its empty repository; with base, one of your own and a target of its name");
    }

    static IResult Packages(string name, bool? own, string? at, long? @event, Database database) => database.Read(db =>
    {
        if (Tag.FindEver(db, name) is not { } tag || tag.RemovedAt is not null && at is null && @event is null) return Tag.None(name).AsResult();
        var (moment, why) = AsOf.Find(db, at, @event);
        if (why is not null) return why.AsResult();
        return moment is { } then && TagConfig.Of(db, tag.Id, then) is null ? TagViews.NotThen(name).AsResult() : Results.Ok(own == true ? ListedPackages.Own(db, tag, moment) : ListedPackages.Seen(db, tag, moment));
    });
}
