using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;

namespace Skyline.Server.People;

/// <summary>The forms of /me and /invitation, and invitations over the API.</summary>
static class AccountForms
{
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/invitations", async (NewInvitation wanted, HttpContext http, Invite invite, SkylineSettings settings) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            var (made, why) = await invite.New(wanted, http.User.PersonId(), http.RequestAborted);
            return made is null ? why!.AsResult() : Results.Created((string?)null, new Invitation($"{settings.AddressFor(http)}/invitation/{made.Secret}", made.ExpiresAt));
        }).Needs(Right.Administer).WithTags("People").Produces<Invitation>(201).ProducesProblem(400).ProducesProblem(404).WithSummary("Make a link that is good once, for seven days: somebody new chooses a name and a password, or a person a new password");
        routes.MapGet("/api/invitations", (Invite invite) => TypedResults.Ok(invite.Open())).Needs(Right.Administer).WithTags("People").WithSummary("Invitations that are good still; their links nobody can show");
        routes.MapDelete("/api/invitations/{id:long}", async (long id, Invite invite, CancellationToken ct) => await invite.TakeBack(id, ct) is { } why ? why.AsResult() : Results.NoContent())
            .Needs(Right.Administer).WithTags("People").Produces(204).ProducesProblem(404).WithSummary("Take an invitation back");
        routes.MapPost("/invitation", Accept).WithOrder(-1).Needs(Right.Enter).ExcludeFromDescription();
        routes.MapPost("/me/password", Change).Needs(Right.Account).IsForm();
        routes.MapPost("/me/sign-out-everywhere", OutEverywhere).Needs(Right.Account).IsForm();
        routes.MapPost("/people/invite", InviteSomebody).Needs(Right.Administer).IsForm();
    }

    static async Task<IResult> Accept(HttpContext http, IAntiforgery antiforgery, AcceptInvitation accept)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (entered, why) = await accept.Accept(form["secret"].ToString(), form["name"].ToString().Trim(), form["password"].ToString(), http);
        if (entered is null) return why!.AsText();
        entered.Keep(http);
        return Results.Redirect(entered.Leads("/me"));
    }

    /// <summary>(A password may begin or end with a space.)</summary>
    static async Task<IResult> Change(HttpContext http, ChangePassword change) =>
        (await change.Change((CallerIdentity)http.User.Identity!, http.Request.Form["current"].ToString(), http.Request.Form["wanted"].ToString(), http)).OrGoTo("/me?changed=true");

    static async Task<IResult> OutEverywhere(HttpContext http, ChangePassword change)
    {
        await change.EndAll(http.User.PersonId(), http.RequestAborted);
        SignInCookie.Forget(http);
        return Results.Redirect("/");
    }

    static async Task<IResult> InviteSomebody(HttpContext http, Invite invite, ShownOnce shown, SkylineSettings settings)
    {
        var (made, why) = await invite.New(http.FieldOrNone("person") is { } person ? new(Person: person) : new(http.Field("role")), http.User.PersonId(), http.RequestAborted);
        if (made is not null) shown.Put(http.User.PersonId(), "invitation", $"{settings.AddressFor(http)}/invitation/{made.Secret}");
        return why.OrGoTo("/people?show=invitations&invited=true");
    }
}
