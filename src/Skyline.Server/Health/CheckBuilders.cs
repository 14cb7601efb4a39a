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
    const int MostNamed = 5;

    /// <summary>An architecture that is built for: how many builders of it are here, and how many runs wait for one of them.</summary>
    public sealed record Arch
    {
        public required string Name { get; init; }
        public int Here { get; init; }
        public int Waiting { get; init; }
        /// <summary>Pools that start builders of it when something waits for one.</summary>
        public int Pools { get; init; }
    }

    sealed record Skewed(string Name, long Skew);

    public static IEnumerable<Finding> Look(IDbConnection db, DateTimeOffset now)
    {
        var since = (now - WhyWaiting.Away).ToUnixTimeMilliseconds();
        foreach (var arch in Arches(db, since)) yield return Judge(arch);
        if (db.All<string>("SELECT name FROM builders WHERE enabled = 1 AND removed_at IS NULL AND last_seen_at < @since ORDER BY name", new { since }) is { Count: > 0 } away)
            yield return new("builders", HealthState.Warning, $"Builders that are enabled and have not asked for work for more than {WhyWaiting.Away.TotalMinutes:0} minutes, so others build in their place: {Named(away)}.", $"See on each machine whether its agent runs (`systemctl status skyline-builder`) and reaches this server. Disable or remove one that is gone for good, on its page or with `skyline builder disable NAME`.", "/builders");
        foreach (var (name, skew) in db.All<Skewed>("SELECT name AS Name, clock_skew AS Skew FROM builders WHERE enabled = 1 AND removed_at IS NULL AND abs(clock_skew) > @most ORDER BY name", new { most = (long)(MostSkew * 1000) }))
            yield return new("clock", HealthState.Warning, $"The clock of builder {name} differs from this server's by {skew / 1000.0:0} seconds: its packages say a wrong time of building, and if it grows TLS fails.", $"Have that machine set its clock from the network (chrony or systemd-timesyncd). If every builder differs, it is this server's clock that is wrong.", $"/builders/{Uri.EscapeDataString(name)}");
        var own = VersionNotice.Own;
        if (db.All<string>("SELECT DISTINCT version FROM builders WHERE enabled = 1 AND version IS NOT NULL AND last_seen_at >= @since AND version <> @own ORDER BY version", new { since, own }) is { Count: > 0 } versions)
            yield return new("builders", HealthState.Warning, $"Some builders run version {string.Join(", ", versions)}, and this server {own}. They are released together, and other pairs are not tested.", $"Update what is behind: the package skyline-builder on those machines, or this server.", "/builders");
    }

    /// <summary>Of a great fleet that is gone altogether, some.</summary>
    static FormattableString Named(IReadOnlyList<string> names) => names.Count switch
    {
        <= MostNamed => $"{string.Join(", ", names)}",
        var all => $"{string.Join(", ", names.Take(MostNamed))} and {all - MostNamed} more",
    };

    static Finding Judge(Arch arch) => arch switch
    {
        { Here: 0, Pools: > 0 } => Finding.Ok("builders", $"Builders for {arch.Name} that are at work: none; a pool starts some when they are needed. Runs that wait: {arch.Waiting}.", "/builders"),
        { Here: 0, Waiting: > 0 } => new("builders", HealthState.Fault, $"No builder for {arch.Name} is at work, so what is to be built for it stands still. Runs that wait: {arch.Waiting}.", $"If there is a builder for it, start its agent, skyline-builder, and see that it reaches this server. Otherwise enrol a machine of that architecture, on the page of builders or with `skyline builder add NAME`.", "/builders"),
        { Here: 0 } => new("builders", HealthState.Warning, $"No builder for {arch.Name} is at work: the next build for it would wait.", $"Start a builder's agent on a machine of that architecture, or enrol one. If nothing is to be built for it any more, take it out of the tags: `skyline tag set TAG --arches …`.", "/builders"),
        _ => Finding.Ok("builders", $"Builders for {arch.Name} that are at work: {arch.Here}; runs that wait for one: {arch.Waiting}.", "/builders"),
    };

    /// <summary>Of the tags that targets build with. A run waits for whoever can do it, so one may count for several.</summary>
    static IReadOnlyList<Arch> Arches(IDbConnection db, long since) => db.All<Arch>("""
        SELECT a.arch AS Name,
          (SELECT count(*) FROM builders b JOIN builder_arches m ON m.builder_id = b.id WHERE m.arch = a.arch AND b.enabled = 1 AND b.last_seen_at >= @since) AS Here,
          (SELECT count(*) FROM task_runs r JOIN task_hosts h ON h.task_id = r.task_id WHERE r.state = 'Waiting' AND h.arch = a.arch) AS Waiting,
          (SELECT count(*) FROM pools p WHERE p.service <> '' AND p.most > 0 AND p.trouble IS NULL AND instr(' ' || p.arches || ' ', ' ' || a.arch || ' ') > 0) AS Pools
        FROM (SELECT DISTINCT arch FROM tag_arches WHERE tag_id IN (SELECT build_tag_id FROM targets WHERE removed_at IS NULL)) a ORDER BY a.arch
        """, new { since });
}
