using Microsoft.AspNetCore.Antiforgery;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Passkeys;

/// <summary>What passkeys.js asks for, and what the forms then send: posts from our own pages all.</summary>
static class PasskeyForms
{
    static readonly Refusal noScript = new(400, "Your browser asked no passkey: that takes JavaScript, and a browser that knows passkeys. Sign in another way.");

    public static void MapPasskeys(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/login/passkey/begin", BeginSignIn).Needs(Right.Enter).ExcludeFromDescription();
        routes.MapPost("/login/passkey", SignIn).Needs(Right.Enter).ExcludeFromDescription();
        routes.MapPost("/me/passkeys/begin", BeginAdd).Needs(Right.Secure).ExcludeFromDescription();
        routes.MapPost("/me/passkeys", Add).Needs(Right.Secure).ExcludeFromDescription();
        routes.MapPost("/me/passkeys/{id:long}/remove", Remove).Needs(Right.Account).ExcludeFromDescription();
    }

    static async Task<IResult> BeginSignIn(HttpContext http, IAntiforgery antiforgery, PasskeyCeremony passkeys) =>
        await http.PostedForm(antiforgery) is null ? SignInEndpoints.NotFromHere.AsText() : Begun(http, await passkeys.BeginSignIn(http));

    static async Task<IResult> BeginAdd(HttpContext http, IAntiforgery antiforgery, PasskeyCeremony passkeys)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        return OwnAccount.WhyNot(http) is { } why ? why.AsText() : Begun(http, await passkeys.BeginAdd((CallerIdentity)http.User.Identity!, http));
    }

    static IResult Begun(HttpContext http, (string? Options, string? Secret, Refusal? Why) begun)
    {
        if (begun.Options is null) return begun.Why!.AsText();
        SignInCookie.KeepChallenge(http, begun.Secret!);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Text(begun.Options, "application/json");
    }

    static async Task<IResult> SignIn(HttpContext http, IAntiforgery antiforgery, PasskeyCeremony passkeys, SignIn signIn)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        if (form["response"].ToString() is not { Length: > 0 } shown) return noScript.AsText();
        var (session, why) = await passkeys.SignIn(SignInCookie.ChallengeOf(http.Request), shown, http);
        if (session is null) return Results.Redirect($"/login?refused={(why!.Status == 404 ? "no-passkeys" : "passkey")}&back={Uri.EscapeDataString(SignInEndpoints.LocalPath(form["back"].ToString()))}");
        if (SignInCookie.Of(http.Request) is { } before) await signIn.Out(before, http.RequestAborted);
        SignInCookie.Keep(http, session);
        return Results.Redirect(SignInEndpoints.LocalPath(form["back"].ToString()));
    }

    static async Task<IResult> Add(HttpContext http, IAntiforgery antiforgery, PasskeyCeremony passkeys)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        if (OwnAccount.WhyNot(http) is { } whyNot) return whyNot.AsText();
        if (form["response"].ToString() is not { Length: > 0 } made) return noScript.AsText();
        var (session, why) = await passkeys.Add((CallerIdentity)http.User.Identity!, SignInCookie.ChallengeOf(http.Request), form["name"].ToString().Trim(), made, http);
        if (why is not null) return why.AsText();
        if (session is not null) SignInCookie.Keep(http, session);
        return Results.Redirect("/me");
    }

    static async Task<IResult> Remove(long id, HttpContext http, IAntiforgery antiforgery, PasskeyCeremony passkeys)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        return (OwnAccount.WhyNot(http) ?? await passkeys.Remove((CallerIdentity)http.User.Identity!, id, http.RequestAborted)) is { } why ? why.AsText() : Results.Redirect("/me");
    }
}
