using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Externals;

static class ExternalEndpoints
{
    const int LongestWait = 60;

    public static void MapExternals(this IEndpointRouteBuilder routes)
    {
        var externals = routes.MapGroup("/api/externals").WithTags("External repositories");
        externals.MapGet("", (string? after, int? limit, HttpContext http, ExternalViews views) => Paged.Answer(http, views.All(), one => one.Name, after, limit)).Needs(Right.Read).Produces<IReadOnlyList<ExternalSummary>>().WithSummary("All external repositories");
        externals.MapGet("{name}", Show).Needs(Right.Read).Produces<ExternalDetails>().ProducesProblem(404).WithSummary("One external repository and its pinned states; with wait, when no refresh is under way any more");
        externals.MapPost("", async (NewExternal wanted, AddExternal add, ExternalViews views, CancellationToken ct) =>
            await add.Add(wanted, ct) is { } refusal ? refusal.AsResult() : Results.Created($"/api/externals/{wanted.Name}", views.Find(wanted.Name)))
            .Needs(Right.Release).Produces<ExternalDetails>(201).ProducesProblem(400).ProducesProblem(409).WithSummary("Add an external repository, and begin to pin it");
        externals.MapPost("{name}/refresh", async (string name, AskUpstream ask, CancellationToken ct) => await ask.Begin(name, ct) is { } refusal ? refusal.AsResult() : Results.Accepted()).Needs(Right.Release).Produces(202).ProducesProblem(404).ProducesProblem(409).WithSummary("Begin to ask its upstream for a newer state");
        externals.MapDelete("{name}", async (string name, RemoveExternal remove, CancellationToken ct) => await remove.Remove(name, ct) is { } refusal ? refusal.AsResult() : Results.NoContent())
            .Needs(Right.Release).Produces(204).ProducesProblem(404).ProducesProblem(409).WithSummary("Forget an external repository");

        var tags = routes.MapGroup("/api/tags/{tag}/externals").WithTags("External repositories");
        tags.MapGet("", (string tag, TagExternals of) => of.Of(tag) is { } known ? Results.Ok(known) : TagExternals.NoTag(tag).AsResult()).Needs(Right.Read)
            .Produces<IReadOnlyList<TagExternal>>().ProducesProblem(404).WithSummary("The external repositories that a tag's buildroots are made of, beside its chroot's");
        tags.MapPost("", async (string tag, TagExternal wanted, HttpContext http, TagExternals of, CancellationToken ct) => await of.Add(tag, wanted, http.User.PersonId(), ct) is { } refusal ? refusal.AsResult() : Results.NoContent())
            .Needs(Right.Release).InTag(Access.Tag).MayWait().Produces(204).ProducesProblem(404).WithSummary("Add one to a tag, or change its priority there");
        tags.MapDelete("{name}", async (string tag, string name, HttpContext http, TagExternals of, CancellationToken ct) => await of.Remove(tag, name, http.User.PersonId(), ct) is { } refusal ? refusal.AsResult() : Results.NoContent())
            .Needs(Right.Release).InTag(Access.Tag).MayWait().Produces(204).ProducesProblem(404).WithSummary("Take one out of a tag");

        routes.MapMethods("/external/{name}/keys.asc", ["GET", "HEAD"], (string name, ServeExternal serve) => serve.Keys(name)).Needs(Right.Read).ExcludeFromDescription();
        routes.MapMethods("/external/{name}/{arch}/mirrorlist", ["GET", "HEAD"], (string name, string arch, HttpContext http, ServeExternal serve) => serve.Mirrors(name, arch, http)).Needs(Right.Read).ExcludeFromDescription();
        routes.MapMethods("/external/{name}/{arch}/{**path}", ["GET", "HEAD"], (string name, string arch, string? path, HttpContext http, ServeExternal serve) =>
            serve.Serve(name, null, arch, path ?? "", http)).Needs(Right.Read).ExcludeFromDescription();
        routes.MapMethods("/external/{name}/@{hash}/{arch}/{**path}", ["GET", "HEAD"], (string name, string hash, string arch, string? path, HttpContext http, ServeExternal serve) =>
            serve.Serve(name, hash, arch, path ?? "", http)).Needs(Right.Read).ExcludeFromDescription();
    }

    static async Task<IResult> Show(string name, ExternalViews views, Bells bells, TimeProvider time, int? wait, CancellationToken ct)
    {
        var until = time.GetUtcNow() + TimeSpan.FromSeconds(Math.Clamp(wait ?? 0, 0, LongestWait));
        while (true)
        {
            // First whether it is there: a bell stays until it rings, and anybody may ask for any name.
            if (views.Find(name) is null) return RemoveExternal.NotThere(name).AsResult();
            var bell = bells.Next(Bells.External(name));
            if (views.Find(name) is not { } external) continue;
            var left = until - time.GetUtcNow();
            if (!external.Arches.Any(arch => arch.Refreshing) || left <= TimeSpan.Zero || !await bells.Hold([bell], left, ct)) return Results.Ok(external);
        }
    }
}
