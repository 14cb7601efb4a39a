using System.Reflection;
using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

static class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/whoami", WhoIs).Needs(Right.Known).WithTags("People").WithSummary("Who the token belongs to, and what it is for");
        var people = routes.MapGroup("/api/people").WithTags("People").Needs(Right.Administer);
        people.MapGet("", (Database database, TimeProvider time) => TypedResults.Ok(database.Read(db => ShowPeople.All(db, time.Stamp())))).WithSummary("All people and their roles");
        people.MapPost("", async (NewPerson wanted, AddPerson add, HttpContext http, CancellationToken ct) =>
        {
            // It holds a secret: it is kept nowhere.
            http.Response.Headers.CacheControl = "no-store";
            return await add.Add(wanted, ct) is (var person, var why) && why is null ? Results.Created($"/api/people/{wanted.Name}", person) : why!.AsResult();
        })
            .Produces<AddedPerson>(201).ProducesProblem(400).ProducesProblem(409).WithSummary("Add a person; the answer holds their token");
        people.MapPatch("{name}", async (string name, PersonEdit edit, EditPerson change, Database database, TimeProvider time, CancellationToken ct) =>
            await change.Edit(name, edit, time.Stamp(), ct) is { } why ? why.AsResult() : Results.Ok(database.Read(db => ShowPeople.All(db, time.Stamp(), name))[0]))
            .Produces<PersonDetails>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Give a person another role, or let them in no more");
    }

    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("/api/tokens").WithTags("People").Needs(Right.Account);
        tokens.MapGet("", (ClaimsPrincipal caller, KnownCallers callers, Database database, TimeProvider time) =>
            TypedResults.Ok(database.Read(db => ShowPeople.Tokens(db, caller.PersonId(), callers, time.Stamp())))).WithSummary("Your tokens; their secrets nobody can show");
        tokens.MapPost("", async (NewToken wanted, HttpContext http, MakeToken make, CancellationToken ct) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            return await make.Make(wanted, (CallerIdentity)http.User.Identity!, ct) is (var token, var why) && why is null ? Results.Created($"/api/tokens/{token!.Id}", token) : why!.AsResult();
        })
            .Produces<AddedToken>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).WithSummary("Make a token; the answer holds it, this once");
        tokens.MapDelete("{id:long}", async (long id, ClaimsPrincipal caller, RevokeToken revoke, CancellationToken ct) =>
            await revoke.Revoke(id, caller.IsAdmin() ? null : caller.PersonId(), ct) is { } why ? why.AsResult() : Results.NoContent())
            .Produces(204).ProducesProblem(404).WithSummary("Revoke a token of yours, or, as an administrator, anybody's");
    }

    static Microsoft.AspNetCore.Http.HttpResults.Ok<WhoAmI> WhoIs(ClaimsPrincipal caller)
    {
        var identity = (CallerIdentity)caller.Identity!;
        return TypedResults.Ok(new WhoAmI(identity.Name!, caller.IsAdmin(), "Skyline " + Assembly.GetExecutingAssembly().GetName().Version!.ToString(3), identity.Role, identity.PersonId is null ? null : ShowPeople.Words(identity.Scopes)));
    }
}
