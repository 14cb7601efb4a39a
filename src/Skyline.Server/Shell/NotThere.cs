using Microsoft.AspNetCore.Http.HttpResults;
using Skyline.Server.People;

namespace Skyline.Server.Shell;

/// <summary>Of what there is not, a page says so, and where to go on.</summary>
static class NotThere
{
    /// <summary>The answer's status is 404 at the last moment: a page that has it while it is rendered, the framework sends without a word in it.</summary>
    public static void IsNotThere(this HttpContext http) => http.IsRefused(StatusCodes.Status404NotFound);

    /// <summary>The same, of what cannot be shown for another reason. Of several who say so the first is heard.</summary>
    public static void IsRefused(this HttpContext http, int status) => http.Response.OnStarting(() =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    /// <summary>An address that a browser asks for and nothing here has: the page that says so, in place of an empty answer. What programs ask for keeps its own.</summary>
    public static void MapNotThere(this IEndpointRouteBuilder routes) => routes.MapGet("/{**path:page}", Answer).WithOrder(int.MaxValue).Needs(Right.Enter).ExcludeFromDescription();

    static IResult Answer(HttpContext http)
    {
        // (A HEAD has no body, and needs no page.)
        if (HttpMethods.IsHead(http.Request.Method)) return Results.NotFound();
        http.IsNotThere();
        return new RazorComponentResult<App>();
    }

    /// <summary>Of addresses that only a browser would ask for.</summary>
    public sealed class Constraint : IRouteConstraint
    {
        static readonly string[] others = ["/api", "/api_3", "/repos", "/external", "/coprs", "/feeds", "/hooks", "/openapi", "/keys", "/_framework", "/_blazor", "/_content", "/lib"];

        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            httpContext is not null && httpContext.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase) && !others.Any(other => httpContext.Request.Path.StartsWithSegments(other, StringComparison.OrdinalIgnoreCase));
    }
}
