using Skyline.Server.People;

namespace Skyline.Server.Audit;

/// <summary>Behind authentication: whatever this request writes is on its caller's behalf. What only looks writes nothing that is theirs; a door that one signs in by may be a GET.</summary>
static class KnowActors
{
    public static void UseActors(this IApplicationBuilder app) => app.Use((http, next) =>
        (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) && http.GetEndpoint()?.Metadata.GetMetadata<NeedsAttribute>()?.Right is not Right.Enter ? next(http) : OnBehalf(http, next));

    static async Task OnBehalf(HttpContext http, RequestDelegate next)
    {
        Actor.Current = Actor.Of(http);
        await next(http);
    }
}
