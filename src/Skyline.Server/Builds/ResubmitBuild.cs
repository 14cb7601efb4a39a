using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Sources;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Builds;

/// <summary>
/// A new build of the very same source package with the same options: what succeeded is taken over as it is, and only the architectures
/// that failed, were lost or were cancelled are built again.
/// </summary>
public sealed class ResubmitBuild(Database database, Blobs blobs, Bells bells, SubmitSource again, TimeProvider time)
{
    sealed record Original
    {
        public long Id { get; init; }
        public required string Nvr { get; init; }
        public required string State { get; init; }
        public bool Scratch { get; init; }
        public bool Draft { get; init; }
        public int Priority { get; init; }
        public string? SrpmNvr { get; init; }
        public string? SrpmFile { get; init; }
        public string? SrpmSha256 { get; init; }
        public long SrpmSize { get; init; }
        public long TargetId { get; init; }
        public string? Target { get; init; }
        public string? Options { get; init; }
    }

    sealed record Earlier
    {
        public long Id { get; init; }
        public required string Arch { get; init; }
        public required string State { get; init; }
        public long? Like { get; init; }
        public string? Lock { get; init; }
        public long? Run { get; init; }
    }

    public async Task<Submitted> Resubmit(long id, long owner, CancellationToken ct)
    {
        if (database.Read(db => Find(db, id)) is not { } original) return Refuse(404, $"There is no build {id}.");
        if (original is { SrpmSha256: null, State: "Failed" or "Cancelled" } && database.Read(db => KeptSourceRow.Of(db, id)) is { } tree)
            return await again.Submit(new(tree.Url, original.Target!, tree.Commit ?? tree.Ref, tree.Subdirectory, Enum.Parse<SourceMethod>(tree.Method), original.Scratch, null, tree.Arches?.Split(','), original.Priority, original.Draft, tree.Submodules, tree.Lfs), KeptOptions.Read(original.Options), owner, ct);
        if (WhyNot(original) is { } why) return Refuse(409, why);
        var outcome = await database.Write(tx => Put(tx, original, owner), ct);
        if (outcome is not Submitted.Queued queued) return outcome;
        bells.Ring(Bells.Work);
        bells.Ring(Bells.Builds);
        return queued;
    }

    static Original? Find(IDbConnection db, long id) => db.One<Original>("""
        SELECT b.id AS Id, b.nvr AS Nvr, b.state AS State, b.scratch AS Scratch, b.draft AS Draft, b.priority AS Priority, b.srpm_nvr AS SrpmNvr, b.srpm_file AS SrpmFile, b.srpm_sha256 AS SrpmSha256, b.srpm_size AS SrpmSize,
               b.target_id AS TargetId, t.name AS Target, b.options AS Options FROM builds b LEFT JOIN targets t ON t.id = b.target_id WHERE b.id = @id
        """, new { id });

    string? WhyNot(Original original) => original switch
    {
        { SrpmSha256: null } or { Target: null } => $"{original.Nvr} was imported (build {original.Id}), or its target is gone: it cannot be built again here.",
        { State: "Complete" or "Publishing" } => $"Nothing of build {original.Id} failed: it is {original.State.ToLowerInvariant()}. `skyline rebuild {original.Id}` builds all of it again, as a scratch build.",
        { State: not ("Failed" or "Cancelled") } => $"Build {original.Id} is not over: it is {original.State.ToLowerInvariant()}. Cancel it first, or wait for its end.",
        _ when !blobs.Has(original.SrpmSha256!) => $"The source package of build {original.Id}, {original.SrpmFile}, is not kept any more; submit it again.",
        _ => null,
    };

    Submitted Put(IDbTransaction tx, Original original, long owner)
    {
        var tasks = tx.All<Earlier>("""
            SELECT t.id AS Id, t.arch AS Arch, t.state AS State, t.like_run_id AS Like, t.given_lock_sha256 AS Lock, (SELECT min(r.id) FROM task_runs r WHERE r.task_id = t.id AND r.state = 'Succeeded') AS Run
            FROM build_tasks t WHERE t.build_id = @Id AND t.kind = 'buildArch' ORDER BY t.id
            """, original);
        if (tasks.All(IsDone)) return Refuse(409, $"Every architecture of build {original.Id} succeeded, and together they were refused; building them again would change nothing. Submit a source package with another release.");
        // Its packages may have been let go since (retention of what failed).
        if (tasks.Where(IsDone).SelectMany(task => Results(tx, task.Run!.Value)).FirstOrDefault(blob => !blobs.Has(blob)) is not null)
            return Refuse(409, $"What build {original.Id} made is not kept any more, so all of it must be built again: submit its source package again.");
        var plan = tasks.Select(task => new PlannedTask(task.Arch, tx.All<string>("SELECT arch FROM task_hosts WHERE task_id = @Id ORDER BY arch", task), task.Like, task.Lock)).ToList();
        var source = new KeptSource(original.SrpmNvr!, original.SrpmFile!, original.SrpmSha256!, original.SrpmSize);
        var wanted = new WantedBuild(source, original.TargetId, original.Target!, original.Scratch, owner, KeptOptions.Read(original.Options), original.Priority, original.Draft);
        if (wanted.Scratch && CheckWanted.WhyNotScratch(tx.Connection!, owner, Target.Destination(tx.Connection!, wanted.TargetId).Id) is { } notHere) return new Submitted.Refused(notHere);
        var outcome = QueueBuild.Put(tx, wanted, plan, time.Stamp());
        if (outcome is Submitted.Queued { BuildId: var fresh }) KeptSourceRow.Copy(tx, original.Id, fresh);
        if (outcome is Submitted.Queued queued)
            foreach (var task in tasks.Where(IsDone)) TakeOver(tx, queued.BuildId, task);
        return outcome;
    }

    static bool IsDone(Earlier task) => task is { State: "Succeeded", Run: not null };

    static IReadOnlyList<string> Results(IDbTransaction tx, long run) => tx.All<string>("SELECT sha256 FROM run_files WHERE run_id = @run", new { run });

    /// <summary>The run that succeeded, with its builder, its lock and its results, as a run of the new task's: history says where it came from.</summary>
    static void TakeOver(IDbTransaction tx, long build, Earlier task)
    {
        var fresh = tx.One<long>("SELECT id FROM build_tasks WHERE build_id = @build AND arch = @Arch AND kind = 'buildArch'", new { build, task.Arch });
        tx.Execute("DELETE FROM task_runs WHERE task_id = @fresh AND state = 'Waiting'", new { fresh });
        var copy = tx.One<long>("""
            INSERT INTO task_runs (task_id, state, phase, builder_id, created_at, leased_at, ended_at, why, phases, chroot_sha256, lock_sha256, report_sha256, vote, recipe_sha256, host_arch, owner_id, priority)
            SELECT @fresh, state, phase, builder_id, created_at, leased_at, ended_at, @why, phases, chroot_sha256, lock_sha256, report_sha256, vote, recipe_sha256, host_arch, owner_id, priority FROM task_runs WHERE id = @Run RETURNING id
            """, new { fresh, task.Run, why = $"Taken over: it is run {task.Run} of an earlier build of the same source package." });
        tx.Execute("""
            INSERT INTO run_files (run_id, file_name, sha256, size, name, epoch, version, release, arch, source_rpm, content_hash, noarch_hash)
            SELECT @copy, file_name, sha256, size, name, epoch, version, release, arch, source_rpm, content_hash, noarch_hash FROM run_files WHERE run_id = @Run
            """, new { copy, task.Run });
        tx.Execute("INSERT INTO run_externals (run_id, name, arch, hash) SELECT @copy, name, arch, hash FROM run_externals WHERE run_id = @Run", new { copy, task.Run });
        tx.Execute("UPDATE build_tasks SET state = 'Succeeded' WHERE id = @fresh", new { fresh });
        tx.Execute("UPDATE builds SET state = 'Building' WHERE id = @build AND state = 'Waiting'", new { build });
    }

    static Submitted.Refused Refuse(int status, string sentence) => new(new Refusal(status, sentence));
}
