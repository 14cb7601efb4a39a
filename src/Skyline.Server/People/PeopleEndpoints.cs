using System.Reflection;
using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.People;

static class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/whoami", (ClaimsPrincipal caller) => TypedResults.Ok(new WhoAmI(
            caller.Identity!.Name!, caller.IsAdmin(), "Skyline " + Assembly.GetExecutingAssembly().GetName().Version!.ToString(3))))
            .RequireAuthorization().WithTags("People").WithSummary("Who the token belongs to");
        routes.MapPost("/api/people", async (NewPerson wanted, AddPerson add, HttpContext http, CancellationToken ct) =>
        {
            // It holds a secret: it is kept nowhere.
            http.Response.Headers.CacheControl = "no-store";
            return await add.Add(wanted, ct) is (var person, var why) && why is null ? Results.Created($"/api/people/{wanted.Name}", person) : why!.AsResult();
        })
            .RequireAuthorization(Caller.Admin).WithTags("People").Produces<AddedPerson>(201).ProducesProblem(400).ProducesProblem(409).WithSummary("Add a person; the answer holds their token");
    }
}
