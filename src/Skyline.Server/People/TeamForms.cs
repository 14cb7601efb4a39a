using Skyline.Server.Approvals;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.People;

/// <summary>The forms of teams, on /people.</summary>
static class TeamForms
{
    const string Page = "/people?show=teams";

    public static void MapTeamForms(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/people/teams", async (HttpContext http, Teams change) =>
            (await change.Create(new(http.Field("name"), http.FieldOrNone("description")), http.User.PersonId(), http.RequestAborted)).OrGoTo(Page)).Needs(Right.Administer).IsForm();
        routes.MapPost("/people/teams/{name}", Change).Needs(Right.Administer).MayWait(Access.Administer).IsForm();
        routes.MapPost("/people/teams/{name}/remove", async (string name, HttpContext http, Teams change) =>
            (await change.Remove(name, http.User.PersonId(), http.RequestAborted)).OrGoTo(Page)).Needs(Right.Administer).IsForm();
    }

    /// <summary>Somebody is put in, made its leader, or taken out.</summary>
    static async Task<IResult> Change(string name, HttpContext http, Teams change)
    {
        bool? leads = http.Field("act") switch { "lead" => true, "take" => null, _ => false };
        return (await change.Place(name, http.Field("person"), leads, http.User.PersonId(), http.RequestAborted)).OrGoTo(Page);
    }
}
