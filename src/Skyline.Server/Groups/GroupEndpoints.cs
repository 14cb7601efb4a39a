using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Approvals;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Groups;

static class GroupEndpoints
{
    public static void MapGroups(this IEndpointRouteBuilder routes)
    {
        var tag = routes.MapGroup("/api/tags/{tag}").WithTags("Groups");
        tag.MapGet("groups", (string tag, Database database) => Read(database, tag, (db, id) => Results.Ok(TagGroups.Seen(db, id)))).Needs(Right.Read)
            .Produces<IReadOnlyList<PackageGroup>>().ProducesProblem(404).WithSummary("A tag's package groups, those that it inherits too");
        tag.MapGet("groups/{id}", (string tag, string id, Database database) => Read(database, tag, (db, at) => TagGroups.Seen(db, at).FirstOrDefault(group => group.Id == id) is { } group
            ? Results.Ok(group) : NoGroup(tag, id).AsResult())).Needs(Right.Read).Produces<PackageGroup>().ProducesProblem(404).WithSummary("One group");
        tag.MapGet("comps.xml", (string tag, Database database) => Read(database, tag, (db, id) => TagGroups.OwnXml(db, id) is { } xml
            ? Results.Bytes(xml, "application/xml") : new Refusal(404, $"Tag '{tag}' has no groups of its own.").AsResult())).Needs(Right.Read).ProducesProblem(404).WithSummary("The tag's own groups, as comps.xml");
        tag.MapPut("groups", Replace).Needs(Right.Release).InTag(Access.Tag).MayWait().TakesBytes("A comps.xml").WithSummary("Set all of a tag's groups, categories and environments")
            .Produces<TakenGroups>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(413);
        tag.MapPost("groups/{id}", async (string tag, string id, GroupEdit edit, HttpContext http, SetGroups set, Database database) =>
            await set.Edit(tag, id, edit, http.User.PersonId(), http.RequestAborted) is { } refusal ? refusal.AsResult()
                : Read(database, tag, (db, at) => TagGroups.Seen(db, at).FirstOrDefault(group => group.Id == id) is { } group ? Results.Ok(group) : NoGroup(tag, id).AsResult()))
            .Needs(Right.Release).InTag(Access.Tag).MayWait().Produces<PackageGroup>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(413).WithSummary("Make or edit one group");
        tag.MapDelete("groups", (string tag, HttpContext http, SetGroups set) => Remove(set, tag, null, http))
            .Needs(Right.Release).InTag(Access.Tag).MayWait().Produces(204).ProducesProblem(404).WithSummary("Remove all groups that the tag itself has");
        tag.MapDelete("groups/{id}", (string tag, string id, HttpContext http, SetGroups set) => Remove(set, tag, id, http))
            .Needs(Right.Release).InTag(Access.Tag).MayWait().Produces(204).ProducesProblem(404).WithSummary("Remove one group; a parent's of the same id is seen again");
    }

    static async Task<IResult> Replace(string tag, HttpContext http, SetGroups set)
    {
        var comps = ReadComps.From(await http.BoundedBody(SetGroups.MostBytes));
        return await set.Replace(tag, comps, http.User.PersonId(), http.RequestAborted) is { } refusal
            ? refusal.AsResult()
            : Results.Ok(new TakenGroups(comps.Groups.Count, comps.Categories.Count, comps.Environments.Count, comps.Langpacks.Count));
    }

    static async Task<IResult> Remove(SetGroups set, string tag, string? id, HttpContext http) =>
        await set.Remove(tag, id, http.User.PersonId(), http.RequestAborted) is { } refusal ? refusal.AsResult() : Results.NoContent();

    static IResult Read(Database database, string tag, Func<System.Data.IDbConnection, long, IResult> answer) => database.Read(db =>
        Tag.Find(db, tag) is { } found ? answer(db, found.Id) : new Refusal(404, $"There is no tag '{tag}'.").AsResult());

    static Refusal NoGroup(string tag, string id) => new(404, $"Tag '{tag}' has no group '{id}'.");
}
