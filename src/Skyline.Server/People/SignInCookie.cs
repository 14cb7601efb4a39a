using Skyline.Server.Edge;

namespace Skyline.Server.People;

/// <summary>
/// A session's secret, kept by a person's browser for pages: no script reads it, no other site's request brings it, and the API never looks
/// at it. It goes when the browser is closed, or when the session ends.
/// </summary>
static class SignInCookie
{
    const string Name = "skyline-person", HalfName = "skyline-half", PasskeyName = "skyline-passkey";

    public static string? Of(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) && request.Cookies[Name] is { Length: > 0 and <= 200 } secret ? secret : null;

    /// <summary>Of who owes their second factor; it is good for nothing else.</summary>
    public static string? HalfOf(HttpRequest request) => request.Cookies[HalfName];

    public static void KeepHalf(HttpContext http, string secret) => http.Response.Cookies.Append(HalfName, secret, Options(http));

    /// <summary>Names the challenge that this browser was given for a passkey.</summary>
    public static string? ChallengeOf(HttpRequest request) => request.Cookies[PasskeyName];

    public static void KeepChallenge(HttpContext http, string secret) => http.Response.Cookies.Append(PasskeyName, secret, Options(http));

    public static void Keep(HttpContext http, string secret) => http.Response.Cookies.Append(Name, secret, Options(http));

    public static void Forget(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http));

    static CookieOptions Options(HttpContext http) => new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = http.CookiePath(), IsEssential = true };
}
