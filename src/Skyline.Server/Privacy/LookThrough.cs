using System.Security.Claims;
using Skyline.Server.People;

namespace Skyline.Server.Privacy;

/// <summary>
/// Each request looks through the eyes of who sent it. A builder sees what anybody does, but at the doors that are for builders alone: those
/// ask themselves whether the run is its own.
/// </summary>
sealed class LookThrough(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        Sight.Set(Of(http));
        await next(http);
    }

    static Sight? Of(HttpContext http) =>
        http.User.Identity is CallerIdentity { BuilderId: not null } && http.GetEndpoint()?.Metadata.GetOrderedMetadata<NeedsAttribute>().Any(needs => needs.Right == Right.Work) == true ? null : Of(http.User);

    public static Sight Of(ClaimsPrincipal? user) => user?.Identity is CallerIdentity caller ? new(caller.PersonId, caller.BuilderId) : Sight.Anybody;
}
