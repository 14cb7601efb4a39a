using System.Reflection;
using System.Security.Claims;
using Skyline.Protocol;

namespace Skyline.Server.People;

static class WhoAmIEndpoint
{
    public static void MapWhoAmI(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/whoami", (ClaimsPrincipal caller) => TypedResults.Ok(new WhoAmI(
            caller.Identity!.Name!, caller.IsAdmin(), "Skyline " + Assembly.GetExecutingAssembly().GetName().Version!.ToString(3))))
            .RequireAuthorization().WithTags("People").WithSummary("Who the token belongs to");
}
