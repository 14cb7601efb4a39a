using System.Globalization;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

static class LatestEndpoint
{
    const int MostAtOnce = 100_000;

    /// <summary>A JSON array; with a limit, what is left is behind the address in the header Link.</summary>
    /// <param name="after">The package after which to begin.</param>
    public static async Task<IResult> Answer(string name, string? after, int? limit, string? at, long? @event, HttpContext http, Database database, LatestBuilds latest)
    {
        if (limit is < 1 or > MostAtOnce) return new Refusal(400, $"A limit is from 1 to {MostAtOnce}.").AsResult();
        var (list, why) = at is null && @event is null ? Now(name, database, latest) : Then(name, at, @event, database);
        if (why is not null) return why.AsResult();
        var page = list!.Page(after, limit);
        http.Response.Headers["Skyline-Event"] = list.Event.ToString(CultureInfo.InvariantCulture);
        if (page.More) http.Response.Headers.Link = $"<{Next(name, list, page, limit!.Value, isPast: at is not null || @event is not null)}>; rel=\"next\"";
        (http.Response.ContentType, http.Response.ContentLength) = ("application/json; charset=utf-8", page.Bytes);
        await page.WriteTo(http.Response.BodyWriter, http.RequestAborted);
        return Results.Empty;
    }

    static (LatestList? List, Refusal? Why) Now(string name, Database database, LatestBuilds latest) =>
        database.Read(db => db.One<long?>("SELECT id FROM tags WHERE name = @name AND removed_at IS NULL", new { name })) is { } tag ? (latest.Of(tag), null) : (null, Tag.None(name));

    static (LatestList? List, Refusal? Why) Then(string name, string? at, long? @event, Database database) => database.Read<(LatestList?, Refusal?)>(db =>
    {
        if (Tag.FindEver(db, name) is not { } tag) return (null, Tag.None(name));
        var (moment, why) = AsOf.Find(db, at, @event);
        if (why is not null) return (null, why);
        return TagConfig.Of(db, tag.Id, moment!.Value) is null ? (null, TagViews.NotThen(name)) : (LatestBuilds.Then(db, tag.Id, moment.Value), null);
    });

    static string Next(string name, LatestList list, LatestSome page, int limit, bool isPast) =>
        $"/api/tags/{TagAddress.Of(name)}/latest?limit={limit.ToString(CultureInfo.InvariantCulture)}&after={Uri.EscapeDataString(page.LastPackage)}{(isPast ? $"&event={list.Event.ToString(CultureInfo.InvariantCulture)}" : "")}";
}
