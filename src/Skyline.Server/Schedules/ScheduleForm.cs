using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Schedules;

/// <summary>The forms of /schedules: one is made, changed, run, paused, removed.</summary>
static class ScheduleForm
{
    public static void MapScheduleForm(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/schedules/add", Add).Needs(Right.Release).IsForm();
        routes.MapPost("/schedules/{name}/edit", Edit).Needs(Right.Release).IsForm();
        routes.MapPost("/schedules/{name}/act", Act).Needs(Right.Release).IsForm();
    }

    static string Page(string schedule) => $"/schedules/{Uri.EscapeDataString(schedule)}";

    static async Task<IResult> Add(HttpContext http, WriteSchedule write)
    {
        var (kind, what) = Builds(http);
        var wanted = new NewSchedule(http.Field("name"), http.Field("target"), http.Field("cron"), http.FieldOrNone("timeZone"), kind, what, http.Number("share"), http.Number("priority"), http.Field("bisect") == "true");
        return (await write.Create(wanted, http.User.PersonId(), http.RequestAborted)).OrGoTo(Page(wanted.Name));
    }

    static async Task<IResult> Edit(string name, HttpContext http, WriteSchedule write)
    {
        var edit = new ScheduleEdit(http.FieldOrNone("target"), http.FieldOrNone("cron"), http.FieldOrNone("timeZone"), http.FieldOrNone("builds") is null ? null : Builds(http).What,
            http.Number("share"), http.Number("priority"), http.Field("bisect") == "true");
        return (await write.Edit(name, edit, http.RequestAborted)).OrGoTo(Page(name));
    }

    /// <summary>One choice of the form is the two words that a schedule keeps.</summary>
    static (ScheduleKind Kind, ScheduleScope What) Builds(HttpContext http) => http.Field("builds") switch
    {
        "self-hosting" => (ScheduleKind.SelfHosting, ScheduleScope.All),
        "affected" => (ScheduleKind.Rebuild, ScheduleScope.Affected),
        _ => (ScheduleKind.Rebuild, ScheduleScope.All),
    };

    static async Task<IResult> Act(string name, HttpContext http, WriteSchedule write, RunSchedule run)
    {
        var ct = http.RequestAborted;
        var why = http.Field("act") switch
        {
            "run" => (await run.Now(name, http.User.PersonId(), ct)).Refusal,
            "pause" => await write.Pause(name, true, ct),
            "resume" => await write.Pause(name, false, ct),
            "remove" => await write.Remove(name, ct),
            _ => new Refusal(400, "The form says nothing that is done to schedules."),
        };
        return why.OrGoTo(http.Field("act") == "remove" ? "/schedules" : Page(name));
    }
}
