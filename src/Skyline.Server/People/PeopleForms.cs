using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>The forms of /me/tokens and /people: plain posts from our own pages.</summary>
static class PeopleForms
{
    public static void MapPeopleForms(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/me/tokens/create", Create).Needs(Right.Account).ExcludeFromDescription();
        routes.MapPost("/me/tokens/{id:long}/revoke", Revoke).Needs(Right.Account).ExcludeFromDescription();
        routes.MapPost("/people/{name}/edit", Edit).Needs(Right.Administer).ExcludeFromDescription();
    }

    static async Task<IResult> Create(HttpContext http, IAntiforgery antiforgery, MakeToken make, ShownOnce shown)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var days = form["days"].ToString() is { Length: > 0 } text ? int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0 : (int?)null;
        var wanted = new NewToken(form["name"].ToString().Trim(), [.. form["scope"].OfType<string>()], days);
        var (token, why) = await make.Make(wanted, (CallerIdentity)http.User.Identity!, http.RequestAborted);
        if (token is null) return why!.AsText();
        shown.Put(http.User.PersonId(), $"token {token.Id}", token.Token);
        return Results.Redirect($"/me/tokens?made={token.Id}");
    }

    static async Task<IResult> Revoke(long id, HttpContext http, IAntiforgery antiforgery, RevokeToken revoke)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        return await revoke.Revoke(id, http.User.PersonId(), http.RequestAborted) is { } why ? why.AsText() : Results.Redirect("/me/tokens");
    }

    static async Task<IResult> Edit(string name, HttpContext http, IAntiforgery antiforgery, EditPerson edit, TimeProvider time)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var wanted = form["act"].ToString() switch { "disable" => new PersonEdit(Disabled: true), "enable" => new PersonEdit(Disabled: false), _ => new PersonEdit(Role: form["role"].ToString()) };
        return await edit.Edit(name, wanted, time.Stamp(), http.RequestAborted) is { } why ? why.AsText() : Results.Redirect("/people");
    }
}
