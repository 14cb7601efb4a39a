using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Repos;
using Skyline.Server.Shell;

namespace Skyline.Server.Hooks;

/// <summary>The forms of /me/hooks: plain posts from our own pages.</summary>
static class HookForms
{
    public static void MapHookForms(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/me/hooks/add", Add).Needs(Right.Build).ExcludeFromDescription();
        routes.MapPost("/me/hooks/{name}/act", Act).Needs(Right.Build).ExcludeFromDescription();
        routes.MapPost("/me/hooks/{name}/build/{delivery:long}", Build).Needs(Right.Build).ExcludeFromDescription();
    }

    static async Task<IResult> Add(HttpContext http, IAntiforgery antiforgery, WriteHook write, ShownOnce shown, SkylineSettings settings)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        if (!Enum.TryParse<Forge>(form["forge"], out var forge) || !Enum.TryParse<PullRequestsOf>(form["pullRequests"], out var pulls)) return new Refusal(400, "The form names no forge, or not whose pull requests are built.").AsText();
        SourceMethod? method = Enum.TryParse<SourceMethod>(form["method"], out var named) ? named : null;
        var wanted = new NewHook(Text("name")!, Text("url")!, form["target"].ToString(), forge, method, Text("subdirectory"), Words("branches"), Words("tags"), Words("paths") is { Length: > 0 } paths ? paths : null, pulls, form["scratch"] == "true", Text("token"), Text("api"), Text("secret"));
        var (secret, why) = await write.Add(wanted, http.User.PersonId(), settings.AddressFor(http), http.RequestAborted);
        if (why is not null) return why.AsText();
        if (secret is not null) shown.Put(http.User.PersonId(), $"hook {wanted.Name}", secret);
        return Results.Redirect($"/me/hooks/{Uri.EscapeDataString(wanted.Name)}");

        string? Text(string field) => form[field].ToString().Trim() is { Length: > 0 } text ? text : null;

        string[] Words(string field) => form[field].ToString().Split([' ', '\t', '\r', '\n', ','], StringSplitOptions.RemoveEmptyEntries);
    }

    static async Task<IResult> Act(string name, HttpContext http, IAntiforgery antiforgery, WriteHook write, ShownOnce shown)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (whose, back) = (HookEndpoints.Whose(http.User), $"/me/hooks/{Uri.EscapeDataString(name)}");
        if (form["act"] == "remove") return await write.Remove(name, whose, http.RequestAborted) is { } no ? no.AsText() : Results.Redirect("/me/hooks");
        var (secret, why) = await write.Rotate(name, new(form["act"] == "replace", form["secret"].ToString().Trim() is { Length: > 0 } given ? given : null), whose, http.RequestAborted);
        if (why is not null) return why.AsText();
        if (secret is not null) shown.Put(http.User.PersonId(), $"hook {name}", secret);
        return Results.Redirect(back);
    }

    static async Task<IResult> Build(string name, long delivery, HttpContext http, IAntiforgery antiforgery, TakeEvent take)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        return await take.ByHand(name, delivery, HookEndpoints.Whose(http.User), http.RequestAborted) is { } why ? why.AsText() : Results.Redirect($"/me/hooks/{Uri.EscapeDataString(name)}");
    }
}
