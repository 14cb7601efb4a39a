using System.Data;
using Skyline.Protocol;
using Skyline.Server.Builders;
using Skyline.Server.Externals;
using Skyline.Server.Storage;

namespace Skyline.Server.Builds;

/// <summary>Says in a sentence what each waiting task of a build waits for.</summary>
static class WhyWaiting
{
    /// <summary>A builder that has not asked for work for so long is away.</summary>
    public static readonly TimeSpan Away = TimeSpan.FromMinutes(2);

    sealed record Row
    {
        public long Task { get; init; }
        public long Run { get; init; }
        public required string Arch { get; init; }
        public required string Channel { get; init; }
        /// <summary>Null: its chroot is not known here any more.</summary>
        public string? Engine { get; init; }
        /// <summary>Enabled builders that could do it.</summary>
        public int Enabled { get; init; }
        /// <summary>Those of them that have asked for work lately.</summary>
        public int Here { get; init; }
        /// <summary>Those of them that take work.</summary>
        public int Willing { get; init; }
        /// <summary>One that is here and takes none, and why.</summary>
        public string? Unwilling { get; init; }
        public string? NoWork { get; init; }
        public int Ahead { get; init; }
        public required string Chroot { get; init; }
        /// <summary>The run whose lock it is built from.</summary>
        public long? Like { get; init; }
        /// <summary>Enabled builders that could, were they in the channel.</summary>
        public int Elsewhere { get; init; }
        /// <summary>Enabled builders of the channel that could, had they the engine.</summary>
        public int Unequipped { get; init; }
        /// <summary>One that is enabled and too old to make source packages, where the task is that; and its version.</summary>
        public string? Outdated { get; init; }
        public string? OutdatedVersion { get; init; }
        /// <summary>A pool that starts builders which can do it, and what is in its way.</summary>
        public string? Pool { get; init; }
        public string? PoolTrouble { get; init; }
        /// <summary>An enabled builder of the channel that has never said what it can build.</summary>
        public string? Unstarted { get; init; }
    }

    /// <param name="forecast">Null: when it starts is not asked.</param>
    /// <returns>Sentences and estimates by the task's id.</returns>
    public static Dictionary<long, (FormattableString Sentence, StartEstimate? Starts)> Of(IDbConnection db, long build, long now, ForecastStarts? forecast = null) => db.All<Row>("""
        SELECT t.id AS Task, r.id AS Run, CASE t.kind WHEN 'buildSRPM' THEN 'source packages' ELSE t.arch END AS Arch, c.name AS Channel, coalesce(p.engine, k.engine) AS Engine, t.like_run_id AS Like, g.chroot AS Chroot,
          (SELECT count(DISTINCT o.id) FROM task_builders w JOIN builders o ON o.id = w.builder_id WHERE w.task_id = t.id AND o.enabled = 1) AS Enabled,
          (SELECT count(DISTINCT o.id) FROM task_builders w JOIN builders o ON o.id = w.builder_id WHERE w.task_id = t.id AND o.enabled = 1 AND o.last_seen_at > @since) AS Here,
          (SELECT count(DISTINCT o.id) FROM task_builders w JOIN builders o ON o.id = w.builder_id WHERE w.task_id = t.id AND o.enabled = 1 AND o.last_seen_at > @since AND o.no_work IS NULL) AS Willing,
          (SELECT min(o.name) FROM task_builders w JOIN builders o ON o.id = w.builder_id WHERE w.task_id = t.id AND o.enabled = 1 AND o.last_seen_at > @since AND o.no_work IS NOT NULL) AS Unwilling,
          (SELECT o.no_work FROM task_builders w JOIN builders o ON o.id = w.builder_id WHERE w.task_id = t.id AND o.enabled = 1 AND o.last_seen_at > @since AND o.no_work IS NOT NULL ORDER BY o.name LIMIT 1) AS NoWork,
          (SELECT count(*) FROM task_runs w WHERE w.state = 'Waiting' AND w.line_id = r.line_id AND w.priority <= r.priority AND w.id < r.id) AS Ahead,
          (SELECT count(DISTINCT o.id) FROM task_hosts h JOIN builder_arches a ON a.arch = h.arch JOIN builders o ON o.id = a.builder_id JOIN builder_engines e ON e.builder_id = o.id AND e.engine = coalesce(p.engine, k.engine)
            WHERE h.task_id = t.id AND o.enabled = 1) AS Elsewhere,
          (SELECT count(DISTINCT o.id) FROM task_hosts h JOIN builder_arches a ON a.arch = h.arch JOIN builders o ON o.id = a.builder_id JOIN channel_builders m ON m.builder_id = o.id AND m.channel_id = c.id
            WHERE h.task_id = t.id AND o.enabled = 1) AS Unequipped,
          (SELECT min(o.name) FROM builders o JOIN channel_builders m ON m.builder_id = o.id AND m.channel_id = c.id WHERE t.kind = 'buildSRPM' AND o.enabled = 1 AND o.protocol < 2 AND o.last_seen_at IS NOT NULL) AS Outdated,
          (SELECT o.version FROM builders o JOIN channel_builders m ON m.builder_id = o.id AND m.channel_id = c.id WHERE t.kind = 'buildSRPM' AND o.enabled = 1 AND o.protocol < 2 AND o.last_seen_at IS NOT NULL ORDER BY o.name LIMIT 1) AS OutdatedVersion,
          (SELECT min(q.name) FROM pools q JOIN task_hosts h ON instr(' ' || q.arches || ' ', ' ' || h.arch || ' ') > 0 WHERE q.channel_id = c.id AND q.service <> '' AND q.most > 0 AND h.task_id = t.id) AS Pool,
          (SELECT q.trouble FROM pools q JOIN task_hosts h ON instr(' ' || q.arches || ' ', ' ' || h.arch || ' ') > 0 WHERE q.channel_id = c.id AND q.service <> '' AND q.most > 0 AND h.task_id = t.id ORDER BY q.name LIMIT 1) AS PoolTrouble,
          (SELECT min(o.name) FROM builders o JOIN channel_builders m ON m.builder_id = o.id AND m.channel_id = c.id WHERE o.enabled = 1 AND o.last_seen_at IS NULL) AS Unstarted
        FROM build_tasks t JOIN task_runs r ON r.task_id = t.id AND r.state = 'Waiting' JOIN builds b ON b.id = t.build_id
          JOIN targets d ON d.id = b.target_id JOIN channels c ON c.id = d.channel_id JOIN tags g ON g.id = d.build_tag_id LEFT JOIN chroot_engines k ON k.chroot = g.chroot
          LEFT JOIN task_runs l ON l.id = t.like_run_id LEFT JOIN recipes p ON p.sha256 = l.recipe_sha256
        WHERE t.build_id = @build
        """, new { build, since = now - (long)Away.TotalMilliseconds }).ToDictionary(row => row.Task, row => WithEstimate(db, row, forecast));

    /// <summary>Who waits for a builder alone is told when one is expected to be free.</summary>
    static (FormattableString, StartEstimate?) WithEstimate(IDbConnection db, Row row, ForecastStarts? forecast)
    {
        var starts = row.Willing > 0 ? forecast?.Of(row.Run) : null;
        return (Sentence(db, starts is null ? row : row with { Ahead = starts.Before }), starts);
    }

    static FormattableString Sentence(IDbConnection db, Row row) => row switch
    {
        _ when db.One<bool>("SELECT EXISTS (SELECT 1 FROM stopped WHERE what = 'disk')") => $"Waiting: the server's disk is nearly full, so it begins no new builds. It goes on by itself when its administrator has made room.",
        { Engine: null } => $"Waiting: this server does not know the chroot any more that its target builds in. Bring its definition back, or cancel the build.",
        { Enabled: 0, Outdated: { } name } => $"Waiting: no builder{InChannel(row)} here is new enough to make source packages; builder '{name}' runs {row.OutdatedVersion}, which is not. Update it, or enrol another.",
        { Enabled: 0, Unequipped: > 0, Engine: "mock" } => $"Waiting: chroot {row.Chroot} is built by mock, and no builder for {row.Arch}{InChannel(row)} here has it. Start one with --mock-image.",
        { Enabled: 0, Unequipped: > 0, Engine: "overlay+vm" } => $"Waiting: chroot {row.Chroot} is built in virtual machines, and no builder for {row.Arch}{InChannel(row)} here has them. Start one with --vm kvm.",
        { Enabled: 0, Unequipped: > 0 } => $"Waiting: no builder for {row.Arch}{InChannel(row)} has {row.Engine}, which makes its chroot; docs/builder.md says how to give one that.",
        { Enabled: 0, Pool: { } pool, PoolTrouble: { } trouble } => $"Waiting: pool '{pool}' is to start a builder for {row.Arch}{InChannel(row)}, and cannot. {trouble}",
        { Enabled: 0, Pool: { } pool } => $"Waiting: pool '{pool}' starts a builder for {row.Arch}{InChannel(row)}.",
        { Enabled: 0, Elsewhere: > 0 } => $"Waiting: no builder in channel '{row.Channel}' can build {row.Arch}. Put one in: `skyline builder channel add NAME {row.Channel}`.",
        { Enabled: 0, Unstarted: { } name } => $"Waiting: no builder for {row.Arch}{InChannel(row)} is at work. Builder '{name}' is enrolled and has never asked for work; start its agent, skyline-builder.",
        { Enabled: 0 } => $"Waiting: no enabled builder{InChannel(row)} can build {row.Arch}. Enrol one with `skyline builder add`, or enable one.",
        { Here: 0 } => $"Waiting: no builder for {row.Arch}{InChannel(row)} has asked for work in the last {Away.TotalMinutes:0} minutes. Is its agent running?",
        { Willing: 0 } => $"Waiting: builder '{row.Unwilling}' takes no work: {row.NoWork}.{NorMore(row)}",
        _ when row.Like is null && WhyUnpinned.Of(db, row.Task) is { } unpinned => unpinned,
        { Ahead: 0 } => $"Waiting for a free builder for {row.Arch}{InChannel(row)}; it is next.",
        _ => $"Waiting for a free builder for {row.Arch}{InChannel(row)}; {row.Ahead} before it.",
    };

    /// <summary>The channel that all are in need not be named.</summary>
    static FormattableString InChannel(Row row) => row.Channel switch { Channel.Default => $"", var channel => $" in channel '{channel}'" };

    static FormattableString NorMore(Row row) => row.Here switch { > 1 and var all => $" Nor do {all - 1} more.", _ => $"" };
}
