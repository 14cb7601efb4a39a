using System.Data;
using System.Security.Claims;
using Skyline.Server.People;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Home;

/// <summary>Something that somebody should look at: what it is and what to do about it, in one sentence.</summary>
/// <param name="Grade">"bad", "warning" or "": how much it hurts.</param>
/// <param name="Sentence">English, a key of the words; {0} … are With.</param>
/// <param name="Place">Where Link leads, English too.</param>
public sealed record Attention(string Grade, string Sentence, IReadOnlyList<object?> With, string Link, string Place);

/// <summary>What needs attention: of everybody's, of administrators', and of one's own.</summary>
sealed class ShowAttention(SigningKeys keys)
{
    const long Week = 7 * 86_400_000L;

    internal const string SelectFailedOfPerson = """
        SELECT id AS Id, nvr AS Nvr FROM builds WHERE id IN (SELECT n.id FROM main.builds n WHERE n.owner_id = @person ORDER BY n.id DESC LIMIT 200) AND state = 'Failed' AND ended_at > @since ORDER BY id DESC
        """;

    public IReadOnlyList<Attention> Of(IDbConnection db, ClaimsPrincipal? who, FleetNow fleet, StoreNow store, long now) =>
    [
        .. OfStore(store), .. OfKeys(db, who), .. OfFleet(fleet), .. OfExternals(db), .. OfSchedules(db),
        .. who?.IsPerson() == true ? OfPerson(db, who.PersonId(), now) : [],
    ];

    static IEnumerable<Attention> OfStore(StoreNow store)
    {
        if (store.Room <= 0) yield return new("bad", "The disk is full, so no build is taken: free space on it, or let retention keep less.", [], "/keeping", "Keeping");
        else if (store.IsLow) yield return new("warning", "Only {0} are left on the disk: free space on it, or let retention keep less, before builds are refused.", [Shell.Sizes.Bytes(store.Room)], "/keeping", "Keeping");
    }

    /// <summary>What is wrong with the keys themselves is for who can mend it.</summary>
    IEnumerable<Attention> OfKeys(IDbConnection db, ClaimsPrincipal? who)
    {
        if (who?.IsAdmin() == true && keys.WhyNot() is { } fault) yield return new("bad", "{0}", [fault], "/keys", "Keys");
        foreach (var stuck in db.All<Stuck>("SELECT fingerprint AS Fingerprint, why AS Why FROM signing_keys WHERE state = 'Next' AND why IS NOT NULL LIMIT 3"))
            yield return new("warning", "The next key {0} cannot be taken into use: {1} Mend that, or make another key.", [stuck.Fingerprint[..Math.Min(16, stuck.Fingerprint.Length)], stuck.Why], "/keys", "Keys");
    }

    sealed record Stuck(string Fingerprint, string Why);

    static IEnumerable<Attention> OfFleet(FleetNow fleet)
    {
        if (fleet.Builders.Count == 0) yield return new("warning", "No builder is enrolled, so nothing is built: enrol one with `skyline builder add NAME`, and start its agent.", [], "/builders", "Builders");
        foreach (var builder in fleet.Builders.Where(builder => builder.State == BuilderNow.Lost).Take(3))
            yield return new("bad", "Builder {0} is lost: it has not asked for work for minutes. See whether its agent runs and reaches this server, or disable it.", [builder.Name], $"/builders/{builder.Name}", "The builder");
        if (fleet.Count(BuilderNow.Lost) is > 3 and var many) yield return new("bad", "{0} builders are lost, these and more: see whether their network reaches this server.", [many], "/builders", "Builders");
        foreach (var builder in fleet.Builders.Where(builder => builder.State == BuilderNow.Stopped).Take(3))
            yield return new("warning", "Builder {0} takes no work ({1}): mend that on its machine, and it asks again by itself.", [builder.Name, builder.NoWork], $"/builders/{builder.Name}", "The builder");
    }

    sealed record Fault
    {
        public required string Name { get; init; }
        public required string Arch { get; init; }
        public required string Why { get; init; }
    }

    static IEnumerable<Attention> OfExternals(IDbConnection db) => db.All<Fault>("""
        SELECT e.name AS Name, group_concat(a.arch, ', ') AS Arch, min(a.fault) AS Why FROM external_arches a JOIN externals e ON e.id = a.external_id WHERE a.fault IS NOT NULL AND e.active = 1 GROUP BY e.id ORDER BY e.name LIMIT 3
        """).Select(fault => new Attention("warning", "External repository {0} could not be refreshed for {1}, so its last good state is served: {2} Look at its address and mirrors.", [fault.Name, fault.Arch, fault.Why], $"/externals/{fault.Name}", "The repository"));

    sealed record Missed(string Name, string Why);

    static IEnumerable<Attention> OfSchedules(IDbConnection db)
    {
        foreach (var missed in db.All<Missed>("SELECT name AS Name, last_why AS Why FROM schedules WHERE removed_at IS NULL AND paused = 0 AND last_why IS NOT NULL ORDER BY name LIMIT 3"))
            yield return new("warning", "Schedule {0} came to no run the last time: {1} Mend what it names, or pause it.", [missed.Name, missed.Why], $"/schedules/{missed.Name}", "The schedule");
        foreach (var failed in db.All<string>("""
            SELECT s.name FROM schedules s JOIN schedule_runs r ON r.id = (SELECT max(n.id) FROM schedule_runs n WHERE n.schedule_id = s.id) JOIN batches b ON b.id = r.batch_id
            WHERE s.removed_at IS NULL AND s.paused = 0 AND b.state = 'Failed' ORDER BY s.name LIMIT 3
            """))
            yield return new("warning", "The last run of schedule {0} failed: its page says which packages do not build any more.", [failed], $"/schedules/{failed}", "The schedule");
    }

    sealed record FailedBuild(long Id, string Nvr);
    sealed record Ending(string Name, long ExpiresAt);

    static IEnumerable<Attention> OfPerson(IDbConnection db, long person, long now)
    {
        // (Of one who submits thousands, the newest say enough.)
        var failed = db.All<FailedBuild>(SelectFailedOfPerson, new { person, since = now - Week });
        if (failed.Count > 0) yield return new("bad", failed.Count == 1 ? "Your build {1} failed: its log leads to the line that says why." : "{0} of your builds failed within a week, the last one {1}: its log leads to the line that says why.", [failed.Count, failed[0].Nvr],
            failed.Count == 1 ? $"/builds/{failed[0].Id}" : "/builds?state=Failed&owner=%40me", failed.Count == 1 ? "The build" : "Failed builds of yours");
        if (db.One<int>("SELECT count(*) FROM approvals WHERE state = 'Waiting' AND expires_at > @now", new { now }) is > 0 and var waiting)
            yield return new("warning", waiting == 1 ? "A change waits for a second person: look at what differs, and agree or decline." : "{0} changes wait for a second person: look at what differs, and agree or decline.", [waiting], "/approvals", "Approvals");
        if (db.One<int>("SELECT count(*) FROM (SELECT 1 FROM notices WHERE person_id = @person AND read_at IS NULL LIMIT 1000)", new { person }) is > 0 and var unread)
            yield return new("", unread == 1 ? "You have a notice that you have not read." : "You have {0} notices that you have not read.", [unread], "/notices", "Notices");
        foreach (var token in db.All<Ending>("SELECT name AS Name, expires_at AS ExpiresAt FROM tokens WHERE user_id = @person AND revoked_at IS NULL AND expires_at > @now AND expires_at < @soon ORDER BY expires_at LIMIT 3", new { person, now, soon = now + Week }))
            yield return new("warning", "Your token {0} is good until {1} only: make another one, and put it where this one is.", [token.Name, token.ExpiresAt.ToTime().ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture) + " UTC"], "/me/tokens", "Tokens");
    }
}
