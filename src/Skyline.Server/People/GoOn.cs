using System.Net;
using System.Text;

namespace Skyline.Server.People;

/// <summary>
/// Leads on with a page of ours in between: what another site led to is asked for without our cookies, which that site's requests never
/// bring, and a redirect would be the other site's still.
/// </summary>
static class GoOn
{
    public static IResult To(Entered? entered, string path)
    {
        var there = WebUtility.HtmlEncode(entered?.Half is null ? path : $"/login/second-factor?back={Uri.EscapeDataString(path)}");
        return new Page($"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={there}"><title>Skyline</title></head>
            <body><p><a href="{there}">Go on</a></p></body></html>
            """);
    }

    sealed class Page(string html) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var headers = httpContext.Response.Headers;
            (headers.CacheControl, headers.ContentSecurityPolicy, headers["Referrer-Policy"]) = ("no-store", "default-src 'none'", "no-referrer");
            return Results.Text(html, "text/html", Encoding.UTF8).ExecuteAsync(httpContext);
        }
    }
}
