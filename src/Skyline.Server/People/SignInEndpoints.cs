using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Skyline.Server.Shell;

namespace Skyline.Server.People;

/// <summary>Signing in to pages: a person's token once, then the cookie. Each is a form's post that brings the page's own antiforgery token.</summary>
static class SignInEndpoints
{
    const int MostBytes = 16 << 10;

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        // (The page itself would take posts too.)
        routes.MapPost("/login", SignIn).WithOrder(-1).Needs(Right.Enter).ExcludeFromDescription();
        routes.MapPost("/logout", SignOut).Needs(Right.Enter).ExcludeFromDescription();
    }

    static async Task<IResult> SignIn(HttpContext http, IAntiforgery antiforgery, KnownCallers callers)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return NotFromHere.AsText();
        var (token, back) = (form["token"].ToString().Trim(), LocalPath(form["back"].ToString()));
        var owner = token.Length is > 0 and <= 200 ? callers.Find(token) : null;
        if (owner is null || !owner.IsPerson()) return Results.Redirect($"/login?refused={(owner is null ? "unknown" : "builder")}&back={Uri.EscapeDataString(back)}");
        SignInCookie.Keep(http, token);
        return Results.Redirect(back);
    }

    static async Task<IResult> SignOut(HttpContext http, IAntiforgery antiforgery)
    {
        if (await http.PostedForm(antiforgery) is null) return NotFromHere.AsText();
        SignInCookie.Forget(http);
        return Results.Redirect("/");
    }

    /// <summary>A page on this server; anything else would lead people elsewhere.</summary>
    public static string LocalPath(string? path) =>
        path is { Length: > 0 and <= 500 } && path[0] == '/' && (path.Length == 1 || path[1] is not ('/' or '\\')) && !path.Any(char.IsControl) ? path : "/";

    public static readonly Refusal NotFromHere = new(400, "This form was not sent from a page of this server, or the page had been open for too long: load the page again, then try again.");

    /// <summary>A small form that one of our own pages was sent with; null where it was not.</summary>
    public static async Task<IFormCollection?> PostedForm(this HttpContext http, IAntiforgery antiforgery)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = MostBytes;
        return http.Request.HasFormContentType && await antiforgery.IsRequestValidAsync(http) ? await http.Request.ReadFormAsync(http.RequestAborted) : null;
    }

    /// <summary>For who sent a form: a sentence, not a document.</summary>
    public static IResult AsText(this Refusal refusal) => Results.Text(refusal.Sentence + "\n", "text/plain", System.Text.Encoding.UTF8, refusal.Status);
}
