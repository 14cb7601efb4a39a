using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Feeds;

static class FeedEndpoints
{
    public static void MapFeeds(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/feeds/builds.atom", (string? owner, string? package, string? tag, HttpContext http, Database database, SkylineSettings settings) =>
            Send(http, settings, database.Read(db => BuildsFeed.Read(db, owner, package, tag, http.Request.Path + http.Request.QueryString)), "no-cache")).Needs(Right.Read).ExcludeFromDescription();
        routes.MapGet("/feeds/tags/{tag}/snapshots.atom", (string tag, HttpContext http, Database database, SkylineSettings settings) =>
            Send(http, settings, database.Read(db => SnapshotsFeed.Read(db, tag, http.Request.Path)), "no-cache")).Needs(Right.Read).ExcludeFromDescription();
        routes.MapGet("/feeds/notices/{secret}.atom", (string secret, HttpContext http, NoticesFeed feed, SkylineSettings settings) =>
            Send(http, settings, feed.Read(secret), "private, no-cache")).Needs(Right.Enter).ExcludeFromDescription();
        routes.MapPost("/api/notices/feed", async (ClaimsPrincipal caller, HttpContext http, NoticesFeed feed, SkylineSettings settings) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(new FeedAddress($"{settings.AddressFor(http)}/feeds/notices/{await feed.Make(caller.PersonId(), http.RequestAborted)}.atom"));
        }).Needs(Right.Account).WithTags("Notices").WithSummary("Make the address of a feed of your notices, shown this once; one made before is good no more");
        routes.MapDelete("/api/notices/feed", async (ClaimsPrincipal caller, NoticesFeed feed, CancellationToken ct) =>
        {
            await feed.TakeBack(caller.PersonId(), ct);
            return TypedResults.NoContent();
        }).Needs(Right.Account).WithTags("Notices").WithSummary("Take the address of your feed back");
        routes.MapPost("/notices/feed", async (HttpContext http, NoticesFeed feed, ShownOnce shown, SkylineSettings settings) =>
        {
            shown.Put(http.User.PersonId(), "feed", $"{settings.AddressFor(http)}/feeds/notices/{await feed.Make(http.User.PersonId(), http.RequestAborted)}.atom");
            return Results.Redirect("/notices?feed=true");
        }).Needs(Right.Account).IsForm();
    }

    /// <summary>Whoever has it already is told so (304), by its ETag or by when it changed last.</summary>
    static IResult Send(HttpContext http, SkylineSettings settings, AtomFeed? feed, string kept)
    {
        if (feed is null) return new Refusal(404, "There is no such feed, or its address was taken back.").AsResult();
        var bytes = feed.Written(settings.AddressFor(http), settings.Name);
        http.Response.Headers.CacheControl = kept;
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(bytes, "application/atom+xml; charset=utf-8", lastModified: feed.Updated.ToTime(), entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\""));
    }
}
