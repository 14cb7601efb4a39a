using System.Data;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Tags;

/// <summary>Changes to tags. Each can be asked for with `preview=true`, and then nothing is done.</summary>
static class ChangeEndpoints
{
    public static void MapTagChanges(this IEndpointRouteBuilder routes)
    {
        var tag = Tag(routes, Right.Tag, Access.Tag);
        var promote = Tag(routes, Right.Promote, Access.Promote);
        tag.MapPost("builds", (string tag, TagBuilds wanted, Asked asked) => asked.Change(db => AddBuilds.Plan(db, tag, wanted))).Says("Put complete builds into a tag", discloses: true);
        tag.MapDelete("builds/{build}", (string tag, string build, Asked asked) => asked.Change(db => RemoveBuilds.Plan(db, tag, new([build])))).Says("Take a build out of a tag");
        tag.MapPost("untag", (string tag, TagBuilds wanted, Asked asked) => asked.Change(db => RemoveBuilds.Plan(db, tag, wanted))).Says("Take builds out of a tag");
        tag.MapPost("move", (string tag, MoveBuilds wanted, Asked asked) => asked.Change(db => MoveBuildsBetween.Plan(db, tag, wanted))).Says("Move builds from this tag to another", discloses: true);
        promote.MapPost("promote", (string tag, PromoteBuilds wanted, Asked asked) => asked.Change(db => PromoteEffective.Plan(db, tag, wanted))).Says("Put what this tag's repositories hold into another tag too", discloses: true);
        tag.MapPost("blocks", (string tag, TagBlocks wanted, Asked asked) => asked.Change(db => BlockPackages.Plan(db, tag, wanted, block: true))).Says("Block packages in a tag");
        tag.MapDelete("blocks/{package}", (string tag, string package, Asked asked) => asked.Change(db => BlockPackages.Plan(db, tag, new([package]), block: false))).Says("Unblock a package in a tag");
        tag.MapPost("unblock", (string tag, TagBlocks wanted, Asked asked) => asked.Change(db => BlockPackages.Plan(db, tag, wanted, block: false))).Says("Unblock packages in a tag");
        tag.MapPut("parents", (string tag, IReadOnlyList<TagParent> parents, Asked asked) => asked.Change(db => ReplaceParents.Plan(db, tag, parents))).Says("Replace what a tag inherits from");
        tag.MapPost("parents", (string tag, LinkTag wanted, Asked asked) => asked.Change(db => LinkParent.Plan(db, tag, wanted))).Says("Have a tag inherit from another too, or by other bounds; what else it inherits from stays");
        tag.MapDelete("parents/{parent}", (string tag, string parent, Asked asked) => asked.Change(db => LinkParent.PlanUnlink(db, tag, parent))).Says("Have a tag inherit from another no more");
        tag.MapPatch("", (string tag, TagSettings settings, Chroots chroots, Asked asked) => asked.Change(db => ChangeSettings.Plan(db, chroots, tag, settings))).Says("Change what a tag is: its chroot, its architectures, its metadata's compression, what it holds, what may go into it, its description");
        tag.MapPost("settings", (string tag, IReadOnlyList<TagSettingEdit> edits, Asked asked) => asked.Change(db => SayOfBuildroots.Plan(db, tag, edits))).Says("Change what a tag's buildroots have: packages, groups, macros; and extra settings");
        tag.MapPost("packages", (string tag, ListPackages wanted, Asked asked) => asked.Change(db => ListInTag.Plan(db, tag, wanted, asked.Person))).Says("List packages in a tag, or give them another owner there");
        tag.MapPost("unlist", (string tag, TagBlocks wanted, Asked asked) => asked.Change(db => ListInTag.PlanUnlist(db, tag, wanted))).Says("List packages in a tag no more");
        tag.MapPost("rollback", (string tag, RollbackTag wanted, Asked asked) => asked.Change(db => RollBackTo.Plan(db, tag, wanted))).Says("Make a tag's own builds and blocks what they were with a snapshot");
    }

    static RouteGroupBuilder Tag(IEndpointRouteBuilder routes, Right right, Access access) => routes.MapGroup("/api/tags/{tag}").WithTags("Tags").Needs(right).InTag(access);

    static void Says(this RouteHandlerBuilder endpoint, string summary, bool discloses = false)
    {
        endpoint.MayWait().Produces<TagChanged>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary(summary)
            .TakesFlag("preview", "true: only say what would be done, and what would change in repositories")
            .TakesFlag("force", "true: though the tag is locked, or takes listed packages only");
        if (discloses) endpoint.TakesFlag("disclose", "true: though builds of a private tag, with their logs, become everybody's to see");
    }

    /// <summary>Who asks for a change, whether for its preview only, whether an administrator insists, and whether what is private may be made known.</summary>
    internal sealed record Asked(ChangeTags Tags, bool Preview, bool Force, bool Disclose, long Person, CancellationToken Ct)
    {
        public static ValueTask<Asked> BindAsync(HttpContext http) => ValueTask.FromResult(new Asked(
            http.RequestServices.GetRequiredService<ChangeTags>(), Flag(http, "preview"), Flag(http, "force") && http.User.IsAdmin(), Flag(http, "disclose"), http.User.PersonId(), http.RequestAborted));

        static bool Flag(HttpContext http, string name) =>
            http.Request.Query[name] is [{ } text] && (bool.TryParse(text, out var given) ? given : throw new BadHttpRequestException($"{name} is true or false, not '{text}'."));

        public Task<IResult> Change(Func<IDbConnection, Planned> plan) => Tags.Change(plan, Preview, Person, Ct, Force, Disclose);
    }
}
