using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Oidc;

/// <summary>The ways to the provider: each a form's post from one of our own pages, so that no other site sends a browser there in our name.</summary>
static class OidcEndpoints
{
    public static void MapOidc(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/login/oidc", SignIn).Needs(Right.Enter).ExcludeFromDescription();
        routes.MapPost("/invitation/oidc", Accept).Needs(Right.Enter).ExcludeFromDescription();
        routes.MapPost("/me/oidc/link", Link).Needs(Right.Secure).ExcludeFromDescription();
        routes.MapPost("/me/oidc/unlink", Unlink).Needs(Right.Secure).ExcludeFromDescription();
    }

    static async Task<IResult> SignIn(HttpContext http, IAntiforgery antiforgery, SkylineSettings settings) =>
        await http.PostedForm(antiforgery) is not { } form ? SignInEndpoints.NotFromHere.AsText()
            : await Leave(http, settings, new() { [OidcPeople.Back] = SignInEndpoints.LocalPath(form["back"].ToString()) });

    static async Task<IResult> Accept(HttpContext http, IAntiforgery antiforgery, SkylineSettings settings, AcceptInvitation accept)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        if (accept.Find(form["secret"].ToString()) is not { Role: not null }) return AcceptInvitation.Over.AsText();
        return await Leave(http, settings, new() { [OidcPeople.Invitation] = form["secret"].ToString(), [OidcPeople.Named] = Bounded(form["name"].ToString().Trim()) });
    }

    static async Task<IResult> Link(HttpContext http, IAntiforgery antiforgery, SkylineSettings settings)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        if (OwnAccount.WhyNot(http) is { } why) return why.AsText();
        var me = (CallerIdentity)http.User.Identity!;
        return await Leave(http, settings, new() { [OidcPeople.Person] = me.PersonId!.Value.ToString(CultureInfo.InvariantCulture), [OidcPeople.Session] = (me.SessionId ?? 0).ToString(CultureInfo.InvariantCulture) });
    }

    static async Task<IResult> Unlink(HttpContext http, IAntiforgery antiforgery, OidcPeople people)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        if (OwnAccount.WhyNot(http) is { } why) return why.AsText();
        await people.Unlink((CallerIdentity)http.User.Identity!, http.RequestAborted);
        return Results.Redirect("/me");
    }

    /// <summary>Off to the provider; where it cannot be reached, back to the page that has the other ways.</summary>
    static async Task<IResult> Leave(HttpContext http, SkylineSettings settings, Dictionary<string, string?> with)
    {
        if (!settings.Oidc.IsOn) return new Refusal(404, "This server has no OpenID Connect provider (Skyline__Oidc__Authority).").AsText();
        try
        {
            await http.ChallengeAsync(OidcScheme.Name, new AuthenticationProperties(with));
            return ByPage(http.Response);
        }
        catch (Exception away) when (away is InvalidOperationException or HttpRequestException or IOException or TaskCanceledException && !http.RequestAborted.IsCancellationRequested)
        {
            http.RequestServices.GetRequiredService<ILogger<OidcPeople>>().LogWarning(away, "{Provider} cannot be reached at {Authority}", settings.Oidc.Name, settings.Oidc.Authority);
            return Results.Redirect("/login?refused=provider-away");
        }
    }

    /// <summary>A form of ours leads to this server alone (Shell/PageSecurity.cs), and browsers hold that against the redirects that it is answered with, too: so it leads to a page, and that one to the provider.</summary>
    static IResult ByPage(HttpResponse response)
    {
        var provider = response.Headers.Location.ToString();
        response.Headers.Remove("Location");
        response.StatusCode = 200;
        return GoOn.To(entered: null, provider);
    }

    static string Bounded(string text) => text.Length <= 100 ? text : text[..100];
}
