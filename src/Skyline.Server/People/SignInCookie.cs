namespace Skyline.Server.People;

/// <summary>
/// A person's token, kept by their browser for pages: no script reads it, no other site's request brings it, and the API never looks
/// at it. It goes when the browser is closed.
/// </summary>
static class SignInCookie
{
    const string Name = "skyline-person";

    public static string? Of(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) && request.Cookies[Name] is { Length: > 0 and <= 200 } token ? token : null;

    public static void Keep(HttpContext http, string token) => http.Response.Cookies.Append(Name, token, Options(http));

    public static void Forget(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http));

    static CookieOptions Options(HttpContext http) => new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/", IsEssential = true };
}
