using System.Data;
using Skyline.Protocol;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Health;

/// <summary>Signing keys, what waits to be published, and upstream repositories.</summary>
static class CheckPublishing
{
    const long Patience = 10 * 60_000;

    sealed record Behind
    {
        public int Builds { get; init; }
        public int Tags { get; init; }
    }

    sealed record Upstream(string Name, string Arch, string Fault, long? Pinned);

    /// <param name="unsigned">Why nothing can be signed; null: it can.</param>
    public static IEnumerable<Finding> Look(IDbConnection db, string? unsigned, DateTimeOffset now)
    {
        yield return unsigned is null
            ? Finding.Ok("signing keys", $"Every key that is in use can sign. Keys in use: {KeyRow.InUse(db).Count}.", "/keys")
            : new("signing keys", HealthState.Fault, $"A key cannot sign. {unsigned}", $"Put the key file, or the signing host, back as it was: publishing goes on by itself, without a restart.", "/keys");
        foreach (var stuck in KeyRow.Next(db).Where(key => key.Why is not null))
            yield return new("signing keys", HealthState.Warning, $"The next key {stuck.Fingerprint} cannot be taken into use yet: {stuck.Why}", $"Packages are signed with the present key meanwhile. When the cause is mended it goes on by itself. Another next key takes its place: make one on the page of keys, or with `skyline key rotate`.", "/keys");
        yield return Publishing(db, now);
        foreach (var finding in Externals(db)) yield return finding;
    }

    static Finding Publishing(IDbConnection db, DateTimeOffset now)
    {
        var behind = db.One<Behind>("""
            SELECT (SELECT count(*) FROM builds WHERE state = 'Publishing' AND reported_at < @before) AS Builds, (SELECT count(*) FROM tags WHERE changed_event > published_event AND removed_at IS NULL) AS Tags
            """, new { before = now.ToUnixTimeMilliseconds() - Patience })!;
        return behind switch
        {
            { Builds: > 0 } => new("publishing", HealthState.Warning, $"Builds that have waited for more than ten minutes to be published: {behind.Builds}; tags whose repositories lack something: {behind.Tags}.", $"Each build's page says why it waits: most often a key cannot sign, or the disk is full. Mend that, and publishing goes on by itself.", "/builds?state=Publishing"),
            { Tags: > 0 } => Finding.Ok("publishing", $"Tags that are being published at this moment: {behind.Tags}."),
            _ => Finding.Ok("publishing", $"Every tag's repositories have all that the tag holds."),
        };
    }

    static IEnumerable<Finding> Externals(IDbConnection db)
    {
        var failing = db.All<Upstream>("""
            SELECT e.name AS Name, a.arch AS Arch, a.fault AS Fault, s.pinned_at AS Pinned FROM external_arches a JOIN externals e ON e.id = a.external_id LEFT JOIN external_states s ON s.id = a.state_id
            WHERE a.fault IS NOT NULL AND e.active = 1 ORDER BY e.name, a.arch LIMIT 20
            """);
        if (failing.Count == 0) yield return Finding.Ok("external repositories", $"Each was refreshed without a fault the last time. External repositories in use: {db.One<int>("SELECT count(*) FROM externals WHERE active = 1")}.", "/externals");
        foreach (var one in failing)
            yield return one.Pinned is { } pinned
                ? new("external repositories", HealthState.Warning, $"{one.Name} ({one.Arch}) could not be refreshed: {one.Fault}", $"Builds go on with what was pinned on {pinned.ToTime():yyyy-MM-dd HH:mm} UTC, so nothing stands still. It is tried again by itself; if it stays so, look at its address and mirrors on its page.", $"/externals/{one.Name}")
                : new("external repositories", HealthState.Fault, $"{one.Name} ({one.Arch}) could never be pinned: {one.Fault}", $"Builds whose buildroots need it wait until it is. It is tried again by itself, and at once with `skyline external refresh {one.Name}` or the button on its page.", $"/externals/{one.Name}");
    }
}
