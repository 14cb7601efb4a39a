using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Finding;

static class FindEndpoints
{
    public static void MapFind(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/find", (string? q, HttpContext http, Database database, SkylineSettings settings, Languages languages, Words words) => Answer(q, http, database, settings, languages, words))
            .Needs(Right.Read).Produces<IReadOnlyList<Found>>().WithTags("Finding").WithSummary("What a name, the beginning of one, or a number leads to; without one, the pages there are");
        // For the pages' own script: the API does not know who has signed in with a browser.
        routes.MapGet("/find/names", (string? q, HttpContext http, Database database, SkylineSettings settings, Languages languages, Words words) => Answer(q, http, database, settings, languages, words))
            .Needs(Right.Read).ExcludeFromDescription();
    }

    static IResult Answer(string? q, HttpContext http, Database database, SkylineSettings settings, Languages languages, Words words)
    {
        // What is found is another's the moment somebody else signs in with this browser.
        http.Response.Headers.CacheControl = "private, no-store";
        words.Speak(languages.Of(http));
        return Results.Ok(database.Read(db => Find.Of(db, q, http.User, Rights.OfAnonymous(settings), title => words[title])));
    }
}
