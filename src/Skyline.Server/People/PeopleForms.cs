using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>The forms of /me, /me/tokens and /people.</summary>
static class PeopleForms
{
    public static void MapPeopleForms(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/me/tokens/create", Create).Needs(Right.Account).IsForm();
        routes.MapPost("/me/tokens/{id:long}/revoke", async (long id, HttpContext http, RevokeToken revoke) =>
            (await revoke.Revoke(id, http.User.PersonId(), http.RequestAborted)).OrGoTo("/me/tokens")).Needs(Right.Account).IsForm();
        routes.MapPost("/me/sessions/{id:long}/end", async (long id, HttpContext http, ChangePassword change) =>
            (await change.End(id, http.User.PersonId(), http.RequestAborted)).OrGoTo("/me?show=sessions")).Needs(Right.Account).IsForm();
        routes.MapPost("/people/{name}/edit", Edit).Needs(Right.Administer).IsForm();
        routes.MapPost("/people/invitations/{id:long}/take-back", async (long id, HttpContext http, Invite invite) =>
            (await invite.TakeBack(id, http.RequestAborted)).OrGoTo("/people?show=invitations")).Needs(Right.Administer).IsForm();
    }

    static async Task<IResult> Create(HttpContext http, MakeToken make, ShownOnce shown)
    {
        var (token, why) = await make.Make(new(http.Field("name"), http.Fields("scope"), http.Number("days")), (CallerIdentity)http.User.Identity!, http.RequestAborted);
        if (token is not null) shown.Put(http.User.PersonId(), $"token {token.Id}", token.Token);
        return why.OrGoTo($"/me/tokens?made={token?.Id}");
    }

    static async Task<IResult> Edit(string name, HttpContext http, EditPerson edit, TimeProvider time)
    {
        var wanted = http.Field("act") switch { "disable" => new PersonEdit(Disabled: true), "enable" => new PersonEdit(Disabled: false), _ => new PersonEdit(Role: http.Field("role")) };
        return (await edit.Edit(name, wanted, time.Stamp(), http.RequestAborted)).OrGoTo("/people");
    }
}
