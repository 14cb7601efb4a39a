using System.Data;
using Microsoft.OpenApi;
using Skyline.Protocol;
using Skyline.Server.People;

namespace Skyline.Server.Tags;

/// <summary>Changes to tags. Each can be asked for with `preview=true`, and then nothing is done.</summary>
static class ChangeEndpoints
{
    public static void MapTagChanges(this IEndpointRouteBuilder routes)
    {
        var tag = routes.MapGroup("/api/tags/{tag}").WithTags("Tags").RequireAuthorization(Caller.Person).AddEndpointFilter(OwnersOnly.Filter);
        tag.MapPost("builds", (string tag, TagBuilds wanted, Asked asked) => asked.Change(db => AddBuilds.Plan(db, tag, wanted))).Says("Put complete builds into a tag");
        tag.MapDelete("builds/{build}", (string tag, string build, Asked asked) => asked.Change(db => RemoveBuilds.Plan(db, tag, new([build])))).Says("Take a build out of a tag");
        tag.MapPost("untag", (string tag, TagBuilds wanted, Asked asked) => asked.Change(db => RemoveBuilds.Plan(db, tag, wanted))).Says("Take builds out of a tag");
        tag.MapPost("move", (string tag, MoveBuilds wanted, Asked asked) => asked.Change(db => MoveBuildsBetween.Plan(db, tag, wanted))).Says("Move builds from this tag to another");
        tag.MapPost("promote", (string tag, PromoteBuilds wanted, Asked asked) => asked.Change(db => PromoteEffective.Plan(db, tag, wanted))).Says("Put what this tag's repositories hold into another tag too");
        tag.MapPost("blocks", (string tag, TagBlocks wanted, Asked asked) => asked.Change(db => BlockPackages.Plan(db, tag, wanted, block: true))).Says("Block packages in a tag");
        tag.MapDelete("blocks/{package}", (string tag, string package, Asked asked) => asked.Change(db => BlockPackages.Plan(db, tag, new([package]), block: false))).Says("Unblock a package in a tag");
        tag.MapPost("unblock", (string tag, TagBlocks wanted, Asked asked) => asked.Change(db => BlockPackages.Plan(db, tag, wanted, block: false))).Says("Unblock packages in a tag");
        tag.MapPut("parents", (string tag, IReadOnlyList<TagParent> parents, Asked asked) => asked.Change(db => ReplaceParents.Plan(db, tag, parents))).Says("Replace what a tag inherits from");
        tag.MapPatch("", (string tag, TagSettings settings, Asked asked) => asked.Change(db => ChangeSettings.Plan(db, tag, settings))).Says("Change how a tag's metadata is compressed, or whether it holds all its builds");
        tag.MapPost("rollback", (string tag, RollbackTag wanted, Asked asked) => asked.Change(db => RollBackTo.Plan(db, tag, wanted))).Says("Make a tag's own builds and blocks what they were with a snapshot");
    }

    static void Says(this RouteHandlerBuilder endpoint, string summary) =>
        endpoint.Produces<TagChanged>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary(summary)
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                (operation.Parameters ??= []).Add(new OpenApiParameter
                {
                    Name = "preview", In = ParameterLocation.Query, Description = "true: only say what would be done, and what would change in repositories", Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean },
                });
                return Task.CompletedTask;
            });

    /// <summary>Who asks for a change, and whether for its preview only.</summary>
    sealed record Asked(ChangeTags Tags, bool Preview, long Person, CancellationToken Ct)
    {
        public static ValueTask<Asked> BindAsync(HttpContext http)
        {
            var preview = http.Request.Query["preview"] is [{ } text] && !(bool.TryParse(text, out var given) ? !given : throw new BadHttpRequestException($"preview is true or false, not '{text}'."));
            return ValueTask.FromResult(new Asked(http.RequestServices.GetRequiredService<ChangeTags>(), preview, http.User.PersonId(), http.RequestAborted));
        }

        public Task<IResult> Change(Func<IDbConnection, Planned> plan) => Tags.Change(plan, Preview, Person, Ct);
    }
}
