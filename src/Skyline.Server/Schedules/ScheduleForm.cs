using Microsoft.AspNetCore.Antiforgery;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Schedules;

/// <summary>The buttons on a schedule's page: plain forms' posts.</summary>
static class ScheduleForm
{
    public static void MapScheduleForm(this IEndpointRouteBuilder routes) => routes.MapPost("/schedules/{name}/act", Act).Needs(Right.Release).ExcludeFromDescription();

    static async Task<IResult> Act(string name, HttpContext http, IAntiforgery antiforgery, WriteSchedule write, RunSchedule run)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var refusal = form["act"].ToString() switch
        {
            "run" => (await run.Now(name, http.User.PersonId(), http.RequestAborted)).Refusal,
            "pause" => await write.Pause(name, true, http.RequestAborted),
            "resume" => await write.Pause(name, false, http.RequestAborted),
            _ => new Refusal(400, "The form says nothing that is done to schedules."),
        };
        return refusal is null ? Results.Redirect($"/schedules/{Uri.EscapeDataString(name)}") : refusal.AsText();
    }
}
