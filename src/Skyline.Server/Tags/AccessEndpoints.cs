using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

static class AccessEndpoints
{
    public static void MapAccess(this IEndpointRouteBuilder routes)
    {
        var access = routes.MapGroup("/api/tags/{tag}/access").WithTags("Tags");
        access.MapGet("", (string tag, Database database) => database.Read(db => GrantAccess.Of(db, tag)) is { } found ? Results.Ok(found) : Tag.None(tag).AsResult()).Needs(Right.Self)
            .Produces<TagAccess>().ProducesProblem(404).WithSummary("Who may do what in a tag, beside its owner and administrators");
        access.MapPost("", async (string tag, TagGrantEdit edit, ClaimsPrincipal caller, GrantAccess change, Database database, CancellationToken ct) =>
            await change.Edit(tag, edit, caller.PersonId(), ct) is { } why ? why.AsResult()
            // (Who took their own right to read it back is told no more of it.)
            : database.Read(db => GrantAccess.Of(db, tag)) is { } found ? Results.Ok(found) : Results.NoContent())
            .Needs(Right.Tag).InTag(Access.Administer).Produces<TagAccess>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Give a person or a team rights in a tag, or take them back: for who administers it");
    }
}
