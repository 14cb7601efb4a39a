using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Mail;

static class MailEndpoints
{
    public static void MapMail(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/mail").Needs(Right.Account).WithTags("Mail");
        api.MapGet("", (ClaimsPrincipal caller, ChooseMail choose) => TypedResults.Ok(choose.State(caller.PersonId()))).WithSummary("Where you are written to, and about what");
        api.MapPut("address", async (NewMailAddress wanted, ClaimsPrincipal caller, ChooseMail choose, CancellationToken ct) => await choose.Ask(caller.PersonId(), caller.Identity!.Name!, wanted.Address, ct) is { } why ? why.AsResult() : Results.Accepted((string?)null, choose.State(caller.PersonId())))
            .Produces<MailState>(202).ProducesProblem(400).ProducesProblem(409).ProducesProblem(429).WithSummary("Send a link to an address; once it is opened, you are written to there");
        api.MapDelete("address", async (ClaimsPrincipal caller, ChooseMail choose, CancellationToken ct) =>
        {
            await choose.Forget(caller.PersonId(), ct);
            return TypedResults.NoContent();
        }).WithSummary("Be written to no more");
        api.MapPut("choices", async (MailChoices wanted, ClaimsPrincipal caller, ChooseMail choose, CancellationToken ct) => await choose.Choose(caller.PersonId(), wanted.Kinds, ct) is { } why ? why.AsResult() : Results.Ok(choose.State(caller.PersonId())))
            .Produces<MailState>().ProducesProblem(400).WithSummary("About what; what concerns the security of your account always is");
        routes.MapPost("/me/mail/address", Ask).Needs(Right.Account).IsForm();
        routes.MapPost("/me/mail/choices", Choose).Needs(Right.Account).IsForm();
        routes.MapPost("/mail/verify", Verify).Needs(Right.Enter).ExcludeFromDescription();
        // One click of a mail program, which has no page of ours and no cookie: who has the link may do this one thing.
        routes.MapPost("/mail/unsubscribe/{secret}", End).WithOrder(-1).Needs(Right.Enter).DisableAntiforgery().ExcludeFromDescription();
    }

    static async Task<IResult> Ask(HttpContext http, ChooseMail choose)
    {
        if (http.Field("act") != "forget") return (await choose.Ask(http.User.PersonId(), http.User.Identity!.Name!, http.Field("address"), http.RequestAborted)).OrGoTo("/me/mail");
        await choose.Forget(http.User.PersonId(), http.RequestAborted);
        return Results.Redirect("/me/mail");
    }

    static async Task<IResult> Choose(HttpContext http, ChooseMail choose) => (await choose.Choose(http.User.PersonId(), http.Fields("kind"), http.RequestAborted)).OrGoTo("/me/mail");

    static async Task<IResult> Verify(HttpContext http, IAntiforgery antiforgery, ChooseMail choose)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        return await choose.Verify(form["secret"].ToString(), http.RequestAborted) ? Results.Text("It is your address now. What you are told there: /me/mail\n") : NotGood.AsText();
    }

    static async Task<IResult> End([FromRoute] string secret, Unsubscribe unsubscribe, CancellationToken ct) =>
        secret.Length < 2000 && await unsubscribe.End(secret, ct) ? Results.Text("You are told that by mail no more.\n") : NotGood.AsText();

    static readonly Refusal NotGood = new(404, "This link is good no more: it was opened before, or is too old, or is another server's. A new one is sent from /me/mail.");
}
