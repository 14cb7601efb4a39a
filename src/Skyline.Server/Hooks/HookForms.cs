using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Repos;
using Skyline.Server.Shell;

namespace Skyline.Server.Hooks;

/// <summary>The forms of /me/hooks.</summary>
static class HookForms
{
    public static void MapHookForms(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/me/hooks/add", Add).Needs(Right.Build).IsForm();
        routes.MapPost("/me/hooks/{name}/act", Act).Needs(Right.Build).IsForm();
        routes.MapPost("/me/hooks/{name}/build/{delivery:long}", async (string name, long delivery, HttpContext http, TakeEvent take) =>
            (await take.ByHand(name, delivery, HookEndpoints.Whose(http.User), http.RequestAborted)).OrGoTo(Page(name))).Needs(Right.Build).IsForm();
    }

    static string Page(string hook) => $"/me/hooks/{Uri.EscapeDataString(hook)}";

    static async Task<IResult> Add(HttpContext http, WriteHook write, ShownOnce shown, SkylineSettings settings)
    {
        if (!Enum.TryParse<Forge>(http.Field("forge"), out var forge) || !Enum.TryParse<PullRequestsOf>(http.Field("pullRequests"), out var pulls)) return new Refusal(400, "The form names no forge, or not whose pull requests are built.").AsText();
        SourceMethod? method = Enum.TryParse<SourceMethod>(http.Field("method"), out var named) ? named : null;
        var wanted = new NewHook(http.Field("name"), http.Field("url"), http.Field("target"), forge, method, http.FieldOrNone("subdirectory"), Words("branches"), Words("tags"), Words("paths") is { Length: > 0 } paths ? paths : null,
            pulls, http.Field("scratch") == "true", http.FieldOrNone("token"), http.FieldOrNone("api"), http.FieldOrNone("secret"));
        return Shown(wanted.Name, http, shown, await write.Add(wanted, http.User.PersonId(), settings.AddressFor(http), http.RequestAborted));

        string[] Words(string field) => http.Field(field).Split([' ', '\t', '\r', '\n', ','], StringSplitOptions.RemoveEmptyEntries);
    }

    static async Task<IResult> Act(string name, HttpContext http, WriteHook write, ShownOnce shown) => http.Field("act") == "remove"
        ? (await write.Remove(name, HookEndpoints.Whose(http.User), http.RequestAborted)).OrGoTo("/me/hooks")
        : Shown(name, http, shown, await write.Rotate(name, new(http.Field("act") == "replace", http.FieldOrNone("secret")), HookEndpoints.Whose(http.User), http.RequestAborted));

    static IResult Shown(string name, HttpContext http, ShownOnce shown, (string? Secret, Refusal? Why) done)
    {
        if (done is { Secret: { } secret, Why: null }) shown.Put(http.User.PersonId(), $"hook {name}", secret);
        return done.Why.OrGoTo(Page(name));
    }
}
