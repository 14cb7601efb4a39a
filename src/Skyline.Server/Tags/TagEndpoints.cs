using Skyline.Protocol;
using Skyline.Server.Builders;
using Skyline.Server.Builds;
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
        tags.MapGet("", (TagViews views) => TypedResults.Ok(views.All())).WithSummary("All tags");
        tags.MapGet("{name}", (string name, HttpContext http, TagViews views, SkylineSettings settings) =>
            views.Find(name, settings.AddressFor(http)) is { } tag ? Results.Ok(tag) : Tag.None(name).AsResult()).Produces<TagDetails>().ProducesProblem(404).WithSummary("One tag, its builds and its .repo file");
        tags.MapPost("", async (NewTag wanted, HttpContext http, CreateTag create, CreatePersonalTag personal, TagViews views, SkylineSettings settings) =>
            await (wanted.Base is not null ? personal.Create(wanted, http.User.PersonId(), http.RequestAborted)
                : http.User.IsAdmin() ? create.Create(wanted, http.RequestAborted) : Task.FromResult<Refusal?>(CreatePersonalTag.AdministratorsAlone)) is { } refusal
                ? refusal.AsResult()
                : Results.Created($"/api/tags/{TagAddress.Of(wanted.Name)}", views.Find(wanted.Name, settings.AddressFor(http))))
            .RequireAuthorization(Caller.Person).Produces<TagDetails>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).WithSummary("Create a tag, with its empty repository; with base, one of your own and a target of its name");

        var targets = routes.MapGroup("/api/targets").WithTags("Targets");
        targets.MapGet("", (Database database) => TypedResults.Ok<IReadOnlyList<TargetDetails>>([.. database.Read(Target.All).Select(target => target.OnTheWire())])).WithSummary("All targets");
        targets.MapGet("{name}", (string name, Database database) => database.Read(db => Target.Find(db, name)) is { } target
            ? Results.Ok(target.OnTheWire()) : new Refusal(404, $"There is no target '{name}'.").AsResult()).Produces<TargetDetails>().ProducesProblem(404).WithSummary("One target");
        targets.MapPost("", async (NewTarget wanted, HttpContext http, CreateTarget create) =>
            await create.Create(wanted, http.RequestAborted) is { } refusal
                ? refusal.AsResult()
                : Results.Created($"/api/targets/{wanted.Name}", new TargetDetails(wanted.Name, wanted.BuildTag, wanted.DestinationTag, wanted.Channel ?? Channel.Default)))
            .RequireAuthorization(Caller.Admin).Produces<TargetDetails>(201).ProducesProblem(400).ProducesProblem(409).WithSummary("Create a target");
        targets.MapPatch("{name}", async (string name, TargetEdit edit, ChangeChannels change, Database database, CancellationToken ct) =>
            await change.Edit(name, edit, ct) is { } refusal ? refusal.AsResult() : Results.Ok(database.Read(db => Target.Find(db, name))!.OnTheWire()))
            .RequireAuthorization(Caller.Admin).Produces<TargetDetails>().ProducesProblem(400).ProducesProblem(404).WithSummary("Give a target another channel");
    }
}

/// <summary>Tags as the API and the pages show them.</summary>
public sealed class TagViews(Database database, CurrentSnapshots current)
{
    public IReadOnlyList<TagSummary> All() => database.Read(db => (IReadOnlyList<TagSummary>)[.. Tag.All(db).Select(tag => new TagSummary(
        tag.Name, tag.Chroot, tag.Arches, (int)db.One<long>("SELECT count(*) FROM tag_builds WHERE tag_id = @Id AND untagged_at IS NULL", tag),
        current.Of(tag.Name)?.Hash ?? "", tag.CreatedAt))]);

    public TagDetails? Find(string name, string address) => database.Read(db => Tag.Find(db, name) is { } tag
        ? new TagDetails(tag.Name, tag.Chroot, tag.Arches, current.Of(name)?.Hash ?? "", tag.CreatedAt, ShowBuild.InTag(db, tag.Id), RepoText.Of(name, address),
            tag.Compression == Rpm.MetadataCompression.Gzip ? TagCompression.Gzip : TagCompression.Zstd, tag.HoldsAll ? TagHolds.All : TagHolds.Latest,
            [.. Tag.ParentsOf(db, tag.Id).Select(parent => new TagParent(parent.Name, (int)parent.Priority))], [.. EffectiveBuilds.ReadBlocked(db, [tag.Id], packages: null).Select(block => block.Package).Order(StringComparer.Ordinal)])
        : null);
}
