using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Skyline.Server.Shell;

namespace Skyline.Server.People;

/// <summary>Signing in to pages: a name and a password, or a token, once; then a session's cookie. Each is a form's post that brings the page's own antiforgery token.</summary>
static class SignInEndpoints
{
    const int MostBytes = 16 << 10;

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        // (The page itself would take posts too.)
        routes.MapPost("/login", In).WithOrder(-1).Needs(Right.Enter).ExcludeFromDescription();
        routes.MapPost("/logout", Out).Needs(Right.Enter).ExcludeFromDescription();
    }

    static async Task<IResult> In(HttpContext http, IAntiforgery antiforgery, SignIn signIn)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return NotFromHere.AsText();
        var (token, name, back) = (form["token"].ToString().Trim(), form["name"].ToString().Trim(), LocalPath(form["back"].ToString()));
        var (entered, why) = token.Length > 0 || name.Length == 0 ? await signIn.WithToken(token, http) : await signIn.WithPassword(name, form["password"].ToString(), http);
        if (why is { Status: 429 }) return why.AsText();
        if (entered is null) return Results.Redirect($"/login?refused={(why!.Status == 403 ? "builder" : token.Length > 0 || name.Length == 0 ? "unknown" : "wrong")}&back={Uri.EscapeDataString(back)}");
        // What the browser had before ends here: nothing that anybody knew before goes on.
        if (SignInCookie.Of(http.Request) is { } before) await signIn.Out(before, http.RequestAborted);
        entered.Keep(http);
        return Results.Redirect(entered.Leads(back));
    }

    static async Task<IResult> Out(HttpContext http, IAntiforgery antiforgery, SignIn signIn)
    {
        if (await http.PostedForm(antiforgery) is null) return NotFromHere.AsText();
        if (SignInCookie.Of(http.Request) is { } secret) await signIn.Out(secret, http.RequestAborted);
        SignInCookie.Forget(http);
        return Results.Redirect("/");
    }

    /// <summary>A page on this server; anything else would lead people elsewhere.</summary>
    public static string LocalPath(string? path) =>
        path is { Length: > 0 and <= 500 } && path[0] == '/' && (path.Length == 1 || path[1] is not ('/' or '\\')) && !path.Any(char.IsControl) ? path : "/";

    public static readonly Refusal NotFromHere = new(400, "This form was not sent from a page of this server, or the page had been open for too long: load the page again, then try again.");

    /// <summary>A small form that one of our own pages was sent with; null where it was not.</summary>
    /// <param name="most">How many bytes it may have.</param>
    public static async Task<IFormCollection?> PostedForm(this HttpContext http, IAntiforgery antiforgery, long most = MostBytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = most;
        return http.Request.HasFormContentType && (http.Features.Get<Approvals.CarryOut.FromOurPage>() is not null || await antiforgery.IsRequestValidAsync(http)) ? await http.Request.ReadFormAsync(http.RequestAborted) : null;
    }

    /// <summary>For who sent a form: a sentence, not a document of JSON.</summary>
    public static IResult AsText(this Refusal refusal) => new RefusedForm(refusal);
}
