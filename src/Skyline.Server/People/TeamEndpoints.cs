using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.People;

static class TeamEndpoints
{
    public static void MapTeams(this IEndpointRouteBuilder routes)
    {
        var teams = routes.MapGroup("/api/teams").WithTags("People");
        teams.MapGet("", (Database database) => TypedResults.Ok(database.Read(db => Teams.All(db)))).Needs(Right.Self).WithSummary("Teams and who is in them");
        teams.MapPost("", async (NewTeam wanted, ClaimsPrincipal caller, Teams change, Database database, CancellationToken ct) =>
            await change.Create(wanted, caller.PersonId(), ct) is { } why ? why.AsResult() : Results.Created((string?)null, database.Read(db => Teams.All(db, wanted.Name))[0]))
            .Needs(Right.Administer).Produces<TeamDetails>(201).ProducesProblem(400).ProducesProblem(409).WithSummary("Make a team of people, to be given rights in tags together");
        teams.MapDelete("{name}", async (string name, ClaimsPrincipal caller, Teams change, CancellationToken ct) => await change.Remove(name, caller.PersonId(), ct) is { } why ? why.AsResult() : Results.NoContent())
            .Needs(Right.Administer).Produces(204).ProducesProblem(404).WithSummary("Remove a team, and with it what it may do in tags");
        teams.MapPut("{name}/members/{person}", async (string name, string person, TeamPlace place, ClaimsPrincipal caller, Teams change, Database database, CancellationToken ct) =>
            await change.Place(name, person, place.Leads, caller.PersonId(), ct) is { } why ? why.AsResult() : Results.Ok(database.Read(db => Teams.All(db, name))[0]))
            .Needs(Right.Account).MayWait(Access.Administer).Produces<TeamDetails>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("Put a person into a team, or say whether they lead it: for who leads it, and administrators");
        teams.MapDelete("{name}/members/{person}", async (string name, string person, ClaimsPrincipal caller, Teams change, CancellationToken ct) =>
            await change.Place(name, person, null, caller.PersonId(), ct) is { } why ? why.AsResult() : Results.NoContent())
            .Needs(Right.Account).Produces(204).ProducesProblem(403).ProducesProblem(404).WithSummary("Take a person out of a team");
    }
}
