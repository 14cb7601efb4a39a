using System.Globalization;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Privacy;

/// <summary>
/// Who would change what is hidden from them is answered as if it were not there, before anything is looked at. (What is read is read through
/// <see cref="NarrowReaders"/>; a write sees everything.)
/// </summary>
sealed class HiddenIsNotThere(RequestDelegate next)
{
    /// <summary>By the beginning of an address: which part of it names what, and how that is found.</summary>
    static readonly (string Beginning, string Part, string Exists, string Called)[] named =
    [
        ("/api/builds/{id", "id", "builds WHERE id = @id", "build"), ("/builds/{id", "id", "builds WHERE id = @id", "build"),
        ("/api/batches/{id", "id", "batches WHERE id = @id", "batch"), ("/batches/{id", "id", "batches WHERE id = @id", "batch"),
        ("/api/mass-rebuilds/{id", "id", "batches WHERE id = @id", "mass rebuild"), ("/mass-rebuilds/{id", "id", "batches WHERE id = @id", "mass rebuild"),
        ("/api/approvals/{id", "id", "approvals WHERE id = @id", "approval"), ("/approvals/{id", "id", "approvals WHERE id = @id", "approval"),
        ("/api/bisections/{id", "id", "bisections WHERE id = @id", "bisection"), ("/api/advisories/{id", "id", "advisories WHERE name = @value", "advisory"), ("/advisories/{id", "id", "advisories WHERE name = @value", "advisory"),
        ("/api/schedules/{name", "name", "schedules WHERE name = @value", "schedule"), ("/schedules/{name", "name", "schedules WHERE name = @value", "schedule"),
        ("/api/targets/{name", "name", "targets WHERE name = @value", "target"), ("/targets/{name", "name", "targets WHERE name = @value", "target"), ("/api/side-tags/{tag", "tag", "tags WHERE name = @value", "side tag"), ("/side-tags/{tag", "tag", "tags WHERE name = @value", "side tag"),
        ("/api/tags/{tag", "tag", "tags WHERE name = @value", "tag"), ("/api/tags/{name", "name", "tags WHERE name = @value", "tag"), ("/tags/{tag", "tag", "tags WHERE name = @value", "tag"),
    ];

    public Task InvokeAsync(HttpContext http, Database database)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || Sight.Current is not { } sight || database.Readers.HiddenFrom(sight).Count == 0) return next(http);
        var address = "/" + (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.TrimStart('/');
        var (_, part, exists, called) = Array.Find(named, one => address.StartsWith(one.Beginning, StringComparison.Ordinal));
        if (part is null || http.GetRouteValue(part) is not string value) return next(http);
        var id = long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : (long?)null;
        return database.Read(db => db.One<bool>($"SELECT EXISTS (SELECT 1 FROM {exists})", new { value, id })) ? next(http)
            : new Refusal(404, $"There is no {called} '{value}'.").AsResult().ExecuteAsync(http);
    }
}
