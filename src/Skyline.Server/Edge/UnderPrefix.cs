using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Skyline.Server.Shell;

namespace Skyline.Server.Edge;

/// <summary>
/// This server below a path, as https://example.org/skyline: a reverse proxy may leave the path in or take it away. Pages write addresses as "/builds/5" all the
/// same, and so do redirects: the prefix is put before them here, where they leave, so nobody who writes a page needs to think of it, or can forget it.
/// </summary>
static class UnderPrefix
{
    /// <summary>"" or "/skyline". As it is now: PublicUrl may be set while the server runs.</summary>
    public static string Of(SkylineSettings settings)
    {
        var path = settings.PathBase.Length > 0 ? settings.PathBase : Uri.TryCreate(settings.PublicUrl, UriKind.Absolute, out var known) ? known.AbsolutePath : "";
        return path.Trim('/') is { Length: > 0 } inner ? "/" + inner : "";
    }

    /// <exception cref="InvalidOperationException">It cannot be that one, with a sentence.</exception>
    public static void Check(SkylineSettings settings, IEnumerable<Endpoint> doors)
    {
        if (Of(settings) is not { Length: > 0 } prefix) return;
        if (!prefix.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '-' or '_' or '.' or '~') || prefix.Contains("//", StringComparison.Ordinal))
            throw new InvalidOperationException($"Skyline:PathBase (or the path of Skyline:PublicUrl) is '{prefix}': it is made of letters, digits, - and _, as in /skyline.");
        if (settings.PathBase.Length > 0 && Uri.TryCreate(settings.PublicUrl, UriKind.Absolute, out var known) && known.AbsolutePath.Trim('/') != prefix.Trim('/'))
            throw new InvalidOperationException($"Skyline:PathBase is '{prefix}', and Skyline:PublicUrl is {settings.PublicUrl}: it ends with the same path.");
        var first = prefix.Split('/')[1];
        if (doors.OfType<RouteEndpoint>().Any(door => door.RoutePattern.PathSegments is [{ Parts: [Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal] }, ..] && literal.Content.Equals(first, StringComparison.OrdinalIgnoreCase)))
            throw new InvalidOperationException($"Skyline:PathBase (or the path of Skyline:PublicUrl) is '{prefix}', and this server has pages of its own under /{first}: choose another path, such as /skyline.");
    }

    public static string CookiePath(this HttpContext http) => http.Request.PathBase.HasValue ? http.Request.PathBase.Value! : "/";

    /// <summary>Before anything else looks at a path: what chooses the endpoint is put in front of all that a program adds by itself.</summary>
    internal sealed class First(SkylineSettings settings) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, on) =>
            {
                if (Of(settings) is not { Length: > 0 } prefix) return on(http);
                if (http.Request.Path.StartsWithSegments(prefix, out var rest)) http.Request.Path = rest.HasValue ? rest : "/";
                http.Request.PathBase = prefix;
                return on(http);
            });
            next(app);
        };
    }

    public static void UsePrefixedPages(this WebApplication app, SkylineSettings settings) => app.Use(async (http, next) =>
    {
        if (Of(settings) is not { Length: > 0 } prefix)
        {
            await next(http);
            return;
        }
        http.Response.OnStarting(() =>
        {
            if (http.Response.Headers.Location is [{ } to] && IsOurs(to, prefix)) http.Response.Headers.Location = prefix + to;
            return Task.CompletedTask;
        });
        if (PageSecurity.IsOfPrograms(http.Request.Path))
        {
            await next(http);
            return;
        }
        var before = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var page = new PrefixedPage(before.Stream, prefix, http.Response);
        var body = new StreamResponseBodyFeature(page, before);
        http.Features.Set<IHttpResponseBodyFeature>(body);
        try
        {
            await next(http);
            await body.Writer.FlushAsync(http.RequestAborted);
            await page.End(http.RequestAborted);
        }
        finally
        {
            http.Features.Set(before);
        }
    });

    static bool IsOurs(string to, string prefix) => to.StartsWith('/') && !to.StartsWith("//", StringComparison.Ordinal) && to != prefix && !to.StartsWith(prefix + "/", StringComparison.Ordinal);
}
