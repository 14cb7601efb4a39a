using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>A run as its holder may speak of it.</summary>
sealed record HeldRun(long RunId, long TaskId, long BuildId, string State, string? ReportSha256, string Arch, string SrpmSha256, string SrpmFile, string ChrootSha256, string? Options, string? LikeLock, string? OwnLock, string Kind)
{
    public string? GivenLock => OwnLock ?? LikeLock;

    /// <summary>It makes a source package of a tree, which is what it is handed in place of one.</summary>
    public bool MakesSource => Kind == Sources.SubmitSource.Kind;

    /// <summary>The run, if it is or was this builder's.</summary>
    public static HeldRun? Of(IDbConnection db, long run, long builder) => db.One<HeldRun>("""
        SELECT r.id AS RunId, t.id AS TaskId, b.id AS BuildId, r.state AS State, r.report_sha256 AS ReportSha256, t.arch AS Arch, coalesce(b.srpm_sha256, s.tar_sha256) AS SrpmSha256, coalesce(b.srpm_file, b.nvr || '.tar') AS SrpmFile,
               r.chroot_sha256 AS ChrootSha256, b.options AS Options, l.lock_sha256 AS LikeLock, t.given_lock_sha256 AS OwnLock, t.kind AS Kind
        FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id LEFT JOIN task_runs l ON l.id = t.like_run_id LEFT JOIN build_sources s ON s.build_id = b.id
        WHERE r.id = @run AND r.builder_id = @builder
        """, new { run, builder });

    public bool IsOpen => State == nameof(RunState.Running);

    public static Refusal NotYours(long run) =>
        new(409, $"Run {run} is not leased to this builder (any more): its lease ran out, its build ended, or it never was. Stop it and clean up.");
}
