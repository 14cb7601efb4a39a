using System.Data;
using Skyline.Protocol;
using Skyline.Server.Builders;
using Skyline.Server.Builds;
using Skyline.Server.Storage;

namespace Skyline.Server.Health;

/// <summary>Whether somebody builds for every architecture that tags are built for; and who of them needs a look.</summary>
static class CheckBuilders
{
    const double MostSkew = 30;

    /// <summary>An architecture that is built for: how many builders of it are here, and how many runs wait for one of them.</summary>
    public sealed record Arch
    {
        public required string Name { get; init; }
        public int Here { get; init; }
        public int Waiting { get; init; }
    }

    sealed record Skewed(string Name, long Skew);

    public static IEnumerable<Finding> Look(IDbConnection db, DateTimeOffset now)
    {
        var since = (now - WhyWaiting.Away).ToUnixTimeMilliseconds();
        foreach (var arch in Arches(db, since)) yield return Judge(arch);
        if (db.One<int>("SELECT count(*) FROM builders WHERE enabled = 1 AND last_seen_at < @since", new { since }) is > 0 and var away)
            yield return new("builders", HealthState.Warning, $"Builders that are switched on and have not been heard of for more than {WhyWaiting.Away.TotalMinutes:0} minutes: {away}.", $"Are their agents running, and do they reach this server? Who is gone for good is switched off: `skyline builder disable NAME`.", "/builders");
        foreach (var (name, skew) in db.All<Skewed>("SELECT name AS Name, clock_skew AS Skew FROM builders WHERE enabled = 1 AND abs(clock_skew) > @most", new { most = (long)(MostSkew * 1000) }))
            yield return new("clock", HealthState.Warning, $"The clock of builder {name} is {skew / 1000.0:0} seconds away from this server's.", $"Packages say when they were built, and TLS looks at the time: have one of the two set its clock (chrony, systemd-timesyncd).", $"/builders/{name}");
        var own = VersionNotice.Own;
        if (db.All<string>("SELECT DISTINCT version FROM builders WHERE enabled = 1 AND version IS NOT NULL AND last_seen_at >= @since AND version <> @own", new { since, own }) is { Count: > 0 } versions)
            yield return new("builders", HealthState.Warning, $"Some builders run {string.Join(", ", versions)}, and this server {own}.", $"They are released together: update those that are behind.", "/builders");
    }

    static Finding Judge(Arch arch) => arch switch
    {
        { Here: 0, Waiting: > 0 } => new("builders", HealthState.Fault, $"Nobody builds for {arch.Name}, and runs wait for it: {arch.Waiting}.", $"Start the agent on a machine of that architecture: `skyline builder add NAME` makes its token, `skyline-builder` is the agent.", "/builders"),
        { Here: 0 } => new("builders", HealthState.Warning, $"Nobody builds for {arch.Name}: builds for it would wait.", $"Start the agent on a machine of that architecture, or take it off the tags: `skyline tag set TAG --arches …`.", "/builders"),
        _ => Finding.Ok("builders", $"Builders that are here for {arch.Name}: {arch.Here}; runs that wait for one: {arch.Waiting}.", "/builders"),
    };

    /// <summary>Of the tags that targets build with. A run waits for whoever can do it, so one may count for several.</summary>
    static IReadOnlyList<Arch> Arches(IDbConnection db, long since) => db.All<Arch>("""
        SELECT a.arch AS Name,
          (SELECT count(*) FROM builders b JOIN builder_arches m ON m.builder_id = b.id WHERE m.arch = a.arch AND b.enabled = 1 AND b.last_seen_at >= @since) AS Here,
          (SELECT count(*) FROM task_runs r JOIN task_hosts h ON h.task_id = r.task_id WHERE r.state = 'Waiting' AND h.arch = a.arch) AS Waiting
        FROM (SELECT DISTINCT arch FROM tag_arches WHERE tag_id IN (SELECT build_tag_id FROM targets WHERE removed_at IS NULL)) a ORDER BY a.arch
        """, new { since });
}
