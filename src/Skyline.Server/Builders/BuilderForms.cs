using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Builders;

/// <summary>The forms of /builders: a builder is enrolled, and what administrators do with one.</summary>
static class BuilderForms
{
    public static void MapBuilderForms(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/builders/enrol", Enrol).Needs(Right.Administer).IsForm();
        routes.MapPost("/builders/{name}/act", Act).Needs(Right.Administer).IsForm();
        routes.MapPost("/builders/{name}/channels", Channels).Needs(Right.Administer).IsForm();
    }

    public static string Page(string builder) => $"/builders/{Uri.EscapeDataString(builder)}";

    /// <summary>Its token is shown on the page that this leads to, and on no other.</summary>
    static async Task<IResult> Enrol(HttpContext http, EnrolBuilder enrol, ShownOnce shown)
    {
        var wanted = new NewBuilder(http.Field("name"), http.FieldOrNone("owner") ?? http.User.Identity!.Name!, http.FieldOrNone("channel"));
        var (enrolled, why) = await enrol.Enrol(wanted, http.RequestAborted);
        if (enrolled is not null) shown.Put(http.User.PersonId(), $"builder {enrolled.Name}", enrolled.Token);
        return why.OrGoTo($"{Page(wanted.Name)}/enrolled");
    }

    static async Task<IResult> Act(string name, HttpContext http, SwitchBuilder change, RemoveBuilder remove)
    {
        var (order, ct) = (new BuilderOrder(http.FieldOrNone("reason")), http.RequestAborted);
        var why = http.Field("act") switch
        {
            "drain" => await change.Drain(name, order, ct),
            "disable" => await change.Disable(name, order, ct),
            "enable" => await change.Enable(name, ct),
            "weight" => await change.Edit(name, new(http.Number("weight")), ct),
            "remove" => await remove.Remove(name, ct),
            _ => new Refusal(400, "The form says nothing that is done to builders."),
        };
        return why.OrGoTo(http.Field("act") == "remove" ? "/builders" : Page(name));
    }

    static async Task<IResult> Channels(string name, HttpContext http, ChangeChannels change)
    {
        var (channel, ct) = (http.Field("channel"), http.RequestAborted);
        return (http.Field("act") == "take" ? await change.Remove(channel, name, ct) : await change.Add(channel, name, ct)).OrGoTo(Page(name));
    }
}
