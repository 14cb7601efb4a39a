using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.SideTags;

/// <summary>The button on a side tag's page: a plain form's post, which leads to the tag that the builds have come into.</summary>
static class PromoteForm
{
    public static void MapPromoteForm(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/side-tags/{tag}/promote", Promote).Needs(Right.Promote).MayWait(Access.Promote).ExcludeFromDescription();

    static async Task<IResult> Promote(string tag, HttpContext http, IAntiforgery antiforgery, PromoteSideTag promote)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var order = new PromotionOrder(AllowOlder: form["older"] == "true", SkipInstallCheck: form["skip"] == "true");
        var (outcome, why) = await promote.Promote(tag, order, http.User.PersonId(), preview: false, http.RequestAborted);
        return outcome is null ? why!.AsText() : Results.Redirect($"/tags/{TagAddress.Of(outcome.Into)}");
    }
}
