using System.Data;
using System.Security.Claims;
using Skyline.Server.People;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Home;

/// <summary>Something that somebody should look at: what it is and what to do about it, in one sentence.</summary>
/// <param name="Grade">"bad", "warning" or "": how much it hurts.</param>
/// <param name="Place">Where Link leads.</param>
public sealed record Attention(string Grade, FormattableString Sentence, string Link, FormattableString Place);

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
        if (store.Room <= 0) yield return new("bad", $"The disk is full, so builds and uploads are refused: free space on it, or have tags keep less.", "/keeping", $"Keeping");
        else if (store.IsLow) yield return new("warning", $"Only {Shell.Sizes.Bytes(store.Room)} are left on the disk: free space on it, or have tags keep less, before builds are refused.", "/keeping", $"Keeping");
    }

    /// <summary>What is wrong with the keys themselves is for who can mend it.</summary>
    IEnumerable<Attention> OfKeys(IDbConnection db, ClaimsPrincipal? who)
    {
        if (who?.IsAdmin() == true && keys.WhyNot() is { } fault) yield return new("bad", $"A key cannot sign: put its file, or the signing host, back as it was. {fault}", "/keys", $"Keys");
        foreach (var stuck in db.All<Stuck>("SELECT fingerprint AS Fingerprint, why AS Why FROM signing_keys WHERE state = 'Next' AND why IS NOT NULL LIMIT 3"))
            yield return new("warning", $"The next key {stuck.Fingerprint[..Math.Min(16, stuck.Fingerprint.Length)]} cannot be taken into use: {stuck.Why} Mend that, or make another key.", "/keys", $"Keys");
    }

    sealed record Stuck(string Fingerprint, string Why);

    static IEnumerable<Attention> OfFleet(FleetNow fleet)
    {
        if (fleet.Builders.Count == 0) yield return new("warning", $"No builder is enrolled, so nothing is built: enrol one on the page of builders, or with `skyline builder add NAME`, and start its agent.", "/builders", $"Builders");
        foreach (var builder in fleet.Builders.Where(builder => builder.State == BuilderNow.Lost).Take(3))
            yield return new("bad", $"Builder {builder.Name} is lost: it has not asked for work for minutes. See whether its agent runs and reaches this server, or disable it.", $"/builders/{Uri.EscapeDataString(builder.Name)}", $"The builder");
        if (fleet.Count(BuilderNow.Lost) is > 3 and var many) yield return new("bad", $"{many} builders are lost, these and more: see whether their network reaches this server.", "/builders", $"Builders");
        foreach (var builder in fleet.Builders.Where(builder => builder.State == BuilderNow.Stopped).Take(3))
            yield return new("warning", $"Builder {builder.Name} takes no work ({builder.NoWork}): mend that on its machine, and it asks again by itself.", $"/builders/{Uri.EscapeDataString(builder.Name)}", $"The builder");
    }

    sealed record Fault
    {
        public required string Name { get; init; }
        public required string Arch { get; init; }
        public required string Why { get; init; }
    }

    static IEnumerable<Attention> OfExternals(IDbConnection db) => db.All<Fault>("""
        SELECT e.name AS Name, group_concat(a.arch, ', ') AS Arch, min(a.fault) AS Why FROM external_arches a JOIN externals e ON e.id = a.external_id WHERE a.fault IS NOT NULL AND e.active = 1 GROUP BY e.id ORDER BY e.name LIMIT 3
        """).Select(fault => new Attention("warning", $"External repository {fault.Name} could not be refreshed for {fault.Arch}, so its last good state is served: {fault.Why} Look at its address and mirrors.", $"/externals/{Uri.EscapeDataString(fault.Name)}", $"The repository"));

    sealed record Missed(string Name, string Why);

    static IEnumerable<Attention> OfSchedules(IDbConnection db)
    {
        foreach (var missed in db.All<Missed>("SELECT name AS Name, last_why AS Why FROM schedules WHERE removed_at IS NULL AND paused = 0 AND last_why IS NOT NULL ORDER BY name LIMIT 3"))
            yield return new("warning", $"Schedule {missed.Name} came to no run the last time: {missed.Why} Mend what it names, or pause it.", $"/schedules/{Uri.EscapeDataString(missed.Name)}", $"The schedule");
        foreach (var failed in db.All<string>("""
            SELECT s.name FROM schedules s JOIN schedule_runs r ON r.id = (SELECT max(n.id) FROM schedule_runs n WHERE n.schedule_id = s.id) JOIN batches b ON b.id = r.batch_id
            WHERE s.removed_at IS NULL AND s.paused = 0 AND b.state = 'Failed' ORDER BY s.name LIMIT 3
            """))
            yield return new("warning", $"The last run of schedule {failed} failed: its page says which packages do not build any more.", $"/schedules/{Uri.EscapeDataString(failed)}", $"The schedule");
    }

    sealed record FailedBuild(long Id, string Nvr);
    sealed record Ending(string Name, long ExpiresAt);

    static IEnumerable<Attention> OfPerson(IDbConnection db, long person, long now)
    {
        // (Of one who submits thousands, the newest say enough.)
        var failed = db.All<FailedBuild>(SelectFailedOfPerson, new { person, since = now - Week });
        if (failed is [var only]) yield return new("bad", $"Your build {only.Nvr} failed: its log leads to the line that says why.", $"/builds/{only.Id}", $"The build");
        else if (failed.Count > 1) yield return new("bad", $"{failed.Count} of your builds failed within a week, the last one {failed[0].Nvr}: its log leads to the line that says why.", "/builds?state=Failed&owner=%40me", $"Failed builds of yours");
        switch (db.One<int>("SELECT count(*) FROM approvals WHERE state = 'Waiting' AND expires_at > @now", new { now }))
        {
            case 1: yield return new("warning", $"A change waits for a second person: look at what differs, and agree or refuse.", "/approvals", $"Approvals"); break;
            case > 1 and var waiting: yield return new("warning", $"{waiting} changes wait for a second person: look at what differs, and agree or refuse.", "/approvals", $"Approvals"); break;
        }
        switch (db.One<int>("SELECT count(*) FROM (SELECT 1 FROM notices WHERE person_id = @person AND read_at IS NULL LIMIT 1000) l", new { person }))
        {
            case 1: yield return new("", $"You have a notice that you have not read.", "/notices", $"Notices"); break;
            case > 1 and var unread: yield return new("", $"You have {unread} notices that you have not read.", "/notices", $"Notices"); break;
        }
        foreach (var token in db.All<Ending>("SELECT name AS Name, expires_at AS ExpiresAt FROM tokens WHERE user_id = @person AND revoked_at IS NULL AND expires_at > @now AND expires_at < @soon ORDER BY expires_at LIMIT 3", new { person, now, soon = now + Week }))
            yield return new("warning", $"Your token {token.Name} is good until {token.ExpiresAt.ToTime():yyyy-MM-dd HH:mm} UTC only: make another one, and put it where this one is.", "/me/tokens", $"Tokens");
    }
}
