using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.Builds;

/// <summary>The button on a build's page: a plain form's post, which leads to the new build.</summary>
static class RebuildForm
{
    public static void MapRebuildForm(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/builds/{id:long}/rebuild", Rebuild).Needs(Right.Build).LetsInNamed(Access.Build).ExcludeFromDescription();

    static async Task<IResult> Rebuild(long id, HttpContext http, IAntiforgery antiforgery, RebuildBuild rebuild)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        return await rebuild.Rebuild(id, form["locked"] == "true", http.User.PersonId(), http.RequestAborted) switch
        {
            Submitted.Queued queued => Results.Redirect($"/builds/{queued.BuildId}"),
            Submitted.Refused refused => refused.Why.AsText(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
