namespace Skyline.Server.Shell;

/// <summary>
/// What a browser is told of every page: scripts, styles, fonts and connections are this server's own files alone, nothing that stands in a page is run
/// as a script, no other site frames it, and its forms go nowhere else. So what a package's metadata or a log brings into a page is text, even where somebody forgot to encode it.
/// </summary>
static class PageSecurity
{
    /// <summary>
    /// Style attributes are allowed (a bar's width, a chart's place), style elements are not. Blazor's socket is 'self' to every browser of these years; one to which it
    /// is not falls back to requests. Who leaves for a provider of sign-in does so from a page of ours (<see cref="People.GoOn"/>), as browsers judge where a form leads in the end.
    /// </summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'; manifest-src 'self'";

    /// <summary>Of all that a page may ask a browser for, this server's pages use passkeys and the clipboard.</summary>
    const string Permissions =
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), bluetooth=(), midi=(), display-capture=(), browsing-topics=(), clipboard-write=(self), publickey-credentials-get=(self), publickey-credentials-create=(self)";

    public static void UsePageSecurity(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // (Repositories have a policy of their own, and the API is read by programs: they are asked thousands of times a second.)
        if (!IsOfPrograms(context.Request.Path)) context.Response.OnStarting(static state => Tell((HttpResponse)state), context.Response);
        return next(context);
    });

    public static bool IsOfPrograms(PathString path) => path.StartsWithSegments("/api") || path.StartsWithSegments("/repos") || path.StartsWithSegments("/external") || path.StartsWithSegments("/_blazor");

    /// <summary>At the last moment: a refusal clears what was said before it.</summary>
    static Task Tell(HttpResponse response)
    {
        var headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) != true) return Task.CompletedTask;
        if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = Policy;
        if (!headers.ContainsKey("Referrer-Policy")) headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = Permissions;
        return Task.CompletedTask;
    }
}
