using System.Data;
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
        public required string Arch { get; init; }
        public int Enabled { get; init; }
        public int Here { get; init; }
        public int Ahead { get; init; }
        public required string Chroot { get; init; }
        /// <summary>What makes its buildroots, where no enabled builder of the architecture has it.</summary>
        public string? Lacking { get; init; }
        /// <summary>An enabled builder that has never said what it can build.</summary>
        public string? Unstarted { get; init; }
    }

    /// <returns>Sentences by the task's id.</returns>
    public static Dictionary<long, string> Of(IDbConnection db, long build, long now) => db.All<Row>("""
        SELECT t.id AS Task, t.arch AS Arch,
          (SELECT count(DISTINCT b.id) FROM task_hosts h JOIN builder_arches a ON a.arch = h.arch JOIN builders b ON b.id = a.builder_id
            WHERE h.task_id = t.id AND b.enabled = 1) AS Enabled,
          (SELECT count(DISTINCT b.id) FROM task_hosts h JOIN builder_arches a ON a.arch = h.arch JOIN builders b ON b.id = a.builder_id
            WHERE h.task_id = t.id AND b.enabled = 1 AND b.last_seen_at > @since) AS Here,
          (SELECT count(*) FROM task_runs w WHERE w.state = 'Waiting' AND w.id < r.id) AS Ahead,
          (SELECT min(b.name) FROM builders b WHERE b.enabled = 1 AND b.last_seen_at IS NULL) AS Unstarted,
          g.chroot AS Chroot,
          (SELECT c.engine FROM chroot_engines c WHERE c.chroot = g.chroot AND NOT EXISTS (
            SELECT 1 FROM task_hosts h JOIN builder_arches a ON a.arch = h.arch JOIN builders b ON b.id = a.builder_id AND b.enabled = 1
            JOIN builder_engines e ON e.builder_id = b.id AND e.engine = c.engine WHERE h.task_id = t.id)) AS Lacking
        FROM build_tasks t JOIN task_runs r ON r.task_id = t.id AND r.state = 'Waiting'
        JOIN builds s ON s.id = t.build_id JOIN targets d ON d.id = s.target_id JOIN tags g ON g.id = d.build_tag_id
        WHERE t.build_id = @build
        """, new { build, since = now - (long)Away.TotalMilliseconds }).ToDictionary(row => row.Task, row => Sentence(db, row));

    static string Sentence(IDbConnection db, Row row) => row switch
    {
        { Enabled: 0, Unstarted: { } name } => $"Waiting: no builder for {row.Arch} is at work. Builder '{name}' is enrolled and has never asked for work; start its agent, skyline-builder.",
        { Enabled: 0 } => $"Waiting: no enabled builder can build {row.Arch}. Enrol one with `skyline builder add`, or enable one.",
        { Lacking: "mock" } => $"Waiting: chroot {row.Chroot} is built by mock, and no builder for {row.Arch} here has it. Start one with --mock-image.",
        { Here: 0 } => $"Waiting: no builder for {row.Arch} has asked for work in the last {Away.TotalMinutes:0} minutes. Is its agent running?",
        _ when WhyUnpinned.Of(db, row.Task) is { } unpinned => unpinned,
        { Ahead: 0 } => $"Waiting for a free builder for {row.Arch}; it is next.",
        _ => $"Waiting for a free builder for {row.Arch}; {row.Ahead} before it.",
    };
}
