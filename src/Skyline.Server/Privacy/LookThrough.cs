using System.Security.Claims;
using Skyline.Server.People;
using Skyline.Server.Repos;
using Skyline.Server.Storage;

namespace Skyline.Server.Privacy;

/// <summary>
/// Each request looks through the eyes of who sent it. A builder sees what anybody does, and the repository that a run of its own is built
/// from; at the doors that are for builders alone it sees everything: those ask themselves whether the run is its own.
/// </summary>
sealed class LookThrough(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http, Database database, CurrentSnapshots current)
    {
        Sight.Set(Of(http));
        if (Sight.Current is { Builder: { } builder } && IsLeased(http, builder, database, current)) Sight.Set(null);
        await next(http);
    }

    /// <summary>What the buildroot of a run that it has leased is made of, a builder reads as long as it has the lease.</summary>
    static bool IsLeased(HttpContext http, long builder, Database database, CurrentSnapshots current) =>
        http.Request.Path.StartsWithSegments("/repos") && http.GetRouteValue("tag") is string tag && current.Of(tag) is null && Sight.Everything(() => database.Read(db => db.One<bool>("""
            SELECT EXISTS (SELECT 1 FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id JOIN targets d ON d.id = b.target_id JOIN tags g ON g.id = d.build_tag_id
              WHERE r.state = 'Running' AND r.builder_id = @builder AND g.name = @tag)
            """, new { builder, tag })));

    static Sight? Of(HttpContext http) =>
        http.User.Identity is CallerIdentity { BuilderId: not null } && http.GetEndpoint()?.Metadata.GetOrderedMetadata<NeedsAttribute>().Any(needs => needs.Right == Right.Work) == true ? null : Of(http.User);

    public static Sight Of(ClaimsPrincipal? user) => user?.Identity is CallerIdentity caller ? new(caller.PersonId, caller.BuilderId) : Sight.Anybody;
}
