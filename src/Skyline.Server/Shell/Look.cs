using Skyline.Server.Audit;
using Skyline.Server.Edge;
using Skyline.Server.People;

namespace Skyline.Server.Shell;

/// <summary>What pages look like to a reader: a cookie, so that the first byte is in those colours and that language already.</summary>
static class Look
{
    const string Theme = "theme", Language = "language";

    /// <summary>"light" or "dark"; null: as the reader's system.</summary>
    public static string? ThemeOf(HttpRequest? request) => request?.Cookies[Theme] is "light" or "dark" ? request.Cookies[Theme] : null;

    /// <summary>A form without a token against forgery: all that another site could do with it is change colours.</summary>
    public static void MapLook(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/look", async (HttpContext http, Languages languages) =>
        {
            var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted) : FormCollection.Empty;
            if (form[Theme].ToString() is "system" or "light" or "dark") Keep(http, Theme, form[Theme]!);
            if (form[Language].ToString() is { Length: > 0 } language && (language == Languages.Pseudo || languages.All().Contains(language))) Keep(http, Language, language);
            return Results.LocalRedirect(SignInEndpoints.LocalPath(form["back"].ToString()));
        }).Needs(Right.Enter).IsNoChange("what colours and language somebody reads in is their browser's own").ExcludeFromDescription();

    static void Keep(HttpContext http, string name, string value) =>
        http.Response.Cookies.Append(name, value, new() { Path = http.CookiePath(), MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, IsEssential = true });
}
