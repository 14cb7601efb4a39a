using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.SecondFactors;

/// <summary>The forms of /login/second-factor and /me/second-factor, and an administrator's reset.</summary>
static class SecondFactorForms
{
    public static void MapSecondFactors(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/login/second-factor", Finish).WithOrder(-1).Needs(Right.Enter).ExcludeFromDescription();
        routes.MapPost("/me/second-factor/begin", Begin).Needs(Right.Secure).ExcludeFromDescription();
        routes.MapPost("/me/second-factor/confirm", Confirm).Needs(Right.Secure).ExcludeFromDescription();
        routes.MapPost("/me/second-factor/recovery", Recovery).Needs(Right.Secure).ExcludeFromDescription();
        routes.MapPost("/me/second-factor/off", TurnOff).Needs(Right.Secure).ExcludeFromDescription();
        routes.MapPost("/people/{name}/reset-second-factor", ResetFromPage).Needs(Right.Administer).ExcludeFromDescription();
        routes.MapDelete("/api/people/{name}/second-factor", async (string name, ClaimsPrincipal caller, SetUpSecondFactor factor, CancellationToken ct) =>
            await factor.Reset(name, caller.PersonId(), ct) is { } why ? why.AsResult() : Results.NoContent())
            .Needs(Right.Administer).WithTags("People").Produces(204).ProducesProblem(403).ProducesProblem(404).WithSummary("Reset somebody's second factor and passkeys, who lost them; never one's own");
    }

    static async Task<IResult> Finish(HttpContext http, IAntiforgery antiforgery, FinishSignIn finish, SignIn signIn)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var back = SignInEndpoints.LocalPath(form["back"].ToString());
        var (session, why) = await finish.With(SignInCookie.HalfOf(http.Request), Bounded(form["code"].ToString()), http);
        if (why == SetUpSecondFactor.Wrong) return Results.Redirect($"/login/second-factor?refused=true&back={Uri.EscapeDataString(back)}");
        if (why == FinishSignIn.Over) return Results.Redirect($"/login?refused=late&back={Uri.EscapeDataString(back)}");
        if (session is null) return why!.AsText();
        if (SignInCookie.Of(http.Request) is { } before) await signIn.Out(before, http.RequestAborted);
        SignInCookie.Keep(http, session);
        return Results.Redirect(back);
    }

    static async Task<IResult> Begin(HttpContext http, IAntiforgery antiforgery, SetUpSecondFactor factor)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        return (OwnAccount.WhyNot(http) ?? await factor.Begin((CallerIdentity)http.User.Identity!, http.RequestAborted)) is { } why ? why.AsText() : Results.Redirect("/me/second-factor");
    }

    static async Task<IResult> Confirm(HttpContext http, IAntiforgery antiforgery, SetUpSecondFactor factor, ShownOnce shown)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        if (OwnAccount.WhyNot(http) is { } whyNot) return whyNot.AsText();
        var (recovery, session, why) = await factor.Confirm((CallerIdentity)http.User.Identity!, Bounded(form["code"].ToString()), http);
        if (recovery is null) return why!.AsText();
        SignInCookie.Keep(http, session!);
        return Show(http, shown, recovery);
    }

    static async Task<IResult> Recovery(HttpContext http, IAntiforgery antiforgery, SetUpSecondFactor factor, ShownOnce shown)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (recovery, why) = await factor.NewRecovery((CallerIdentity)http.User.Identity!, Bounded(form["code"].ToString()), http);
        return recovery is null ? why!.AsText() : Show(http, shown, recovery);
    }

    static async Task<IResult> TurnOff(HttpContext http, IAntiforgery antiforgery, SetUpSecondFactor factor)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        return await factor.TurnOff((CallerIdentity)http.User.Identity!, Bounded(form["code"].ToString()), http) is { } why ? why.AsText() : Results.Redirect("/me/second-factor");
    }

    static async Task<IResult> ResetFromPage(string name, HttpContext http, IAntiforgery antiforgery, SetUpSecondFactor factor)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        return await factor.Reset(name, http.User.PersonId(), http.RequestAborted) is { } why ? why.AsText() : Results.Redirect("/people");
    }

    static IResult Show(HttpContext http, ShownOnce shown, IReadOnlyList<string> recovery)
    {
        shown.Put(http.User.PersonId(), "recovery", string.Join('\n', recovery));
        return Results.Redirect("/me/second-factor?shown=true");
    }

    static string Bounded(string code) => code.Length <= 100 ? code : "";
}
