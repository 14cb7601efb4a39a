using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Storage;

namespace Skyline.Server.Setup;

/// <summary>The sample build as the welcome page follows it.</summary>
static class Sample
{
    /// <summary>The first target that was made; null: there is none.</summary>
    public static string? Target(Database database) => database.Read(db => db.One<string>("SELECT name FROM targets WHERE removed_at IS NULL ORDER BY id LIMIT 1"));

    /// <summary>The tag that the build of it goes into.</summary>
    public static string? Tag(Database database) => database.Read(db => db.One<string>("SELECT g.name FROM targets t JOIN tags g ON g.id = t.destination_tag_id WHERE t.removed_at IS NULL ORDER BY t.id LIMIT 1"));

    /// <summary>Whether any has asked for work a moment ago.</summary>
    public static bool IsBuilderHere(Database database, TimeProvider time) =>
        database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM builders WHERE enabled = 1 AND last_seen_at >= @since)", new { since = (time.GetUtcNow() - WhyWaiting.Away).ToUnixTimeMilliseconds() }));

    public static bool IsBegun(Database database) => database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM builds WHERE package = @Name)", new { SampleSource.Name }));

    /// <summary>The newest; null: none was begun.</summary>
    public static BuildDetails? Newest(Database database, ForecastStarts forecast, TimeProvider time) => database.Read(db =>
        db.One<long?>("SELECT max(id) FROM builds WHERE package = @Name", new { SampleSource.Name }) is { } id ? ShowBuild.Find(db, id, time.Stamp(), forecast) : null);
}
