using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Externals;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Server.Tasks;
using Skyline.Server.Traces;

namespace Skyline.Server.Builds;

/// <summary>Who goes first among what waits, as in Koji: the lower number.</summary>
static class Priorities
{
    public const int First = 0, Usual = 20, Background = 25, Last = 99;
}

/// <summary>A source package whose file is kept.</summary>
sealed record KeptSource(string Nvr, string FileName, string Sha256, long Size);

/// <summary>A build that is wanted of it.</summary>
/// <param name="Rebuilds">The build whose source package it is built from again.</param>
/// <param name="Batch">The chain, mass rebuild or run that it is part of.</param>
/// <param name="Since">When its source package began to come; null: it was here.</param>
sealed record WantedBuild(
    KeptSource Source, long TargetId, string TargetName, bool Scratch, long Owner, BuildOptions? Options, int Priority = Priorities.Usual, bool Draft = false, long? Rebuilds = null, long? Batch = null, long? Since = null);

/// <param name="Arch">What is built.</param>
/// <param name="Hosts">Architectures of builders that can.</param>
/// <param name="Like">The run whose lock and recipe it is built from; null: from what there is.</param>
/// <param name="Lock">A lock that is no run's own, in place of that run's.</param>
sealed record PlannedTask(string Arch, IReadOnlyList<string> Hosts, long? Like = null, string? Lock = null);

/// <summary>Puts a build, its tasks and their first runs into the queue: whoever wants a build, submitted, anew or as part of a batch, does it here.</summary>
static class QueueBuild
{
    /// <summary>The caller rings <see cref="Bells.Work"/> and <see cref="Bells.Builds"/> after its transaction.</summary>
    public static Submitted Put(IDbTransaction tx, WantedBuild wanted, IReadOnlyList<PlannedTask> plan, long now)
    {
        if (WhyNot(tx.Connection!, wanted, plan) is { } refusal) return new Submitted.Refused(refusal);
        var build = tx.One<long>("""
            INSERT INTO builds (nvr, target_id, scratch, state, owner_id, srpm_nvr, srpm_file, srpm_sha256, srpm_size, submitted_at, options, rebuilds_id, priority, draft, batch_id)
            VALUES (@Nvr, @TargetId, @Scratch, 'Waiting', @Owner, @Nvr, @FileName, @Sha256, @Size, @now, @options, @Rebuilds, @Priority, @Draft, @Batch) RETURNING id
            """, new
        {
            wanted.Source.Nvr, wanted.Source.FileName, wanted.Source.Sha256, wanted.Source.Size, wanted.TargetId, wanted.Scratch, wanted.Owner, wanted.Rebuilds, wanted.Priority, wanted.Draft, wanted.Batch,
            now, options = KeptOptions.Text(wanted.Options),
        });
        // Locked, nothing is resolved, and the repository may be gone.
        if (plan.Any(task => task.Like is null))
            foreach (var name in wanted.Options?.Repos ?? []) tx.Execute("INSERT INTO build_externals (build_id, external_id) SELECT @build, id FROM externals WHERE name = @name", new { build, name });
        PutTasks(tx, build, plan, now);
        // (Members of a batch were asked for with it.)
        if (wanted.Batch is null)
            tx.Note("submitted", $"build {build}", after: new { wanted.Source.Nvr, SrpmSha256 = wanted.Source.Sha256, Target = wanted.TargetName, wanted.Scratch, wanted.Draft, wanted.Priority, wanted.Rebuilds, Options = KeptOptions.Text(wanted.Options) }, id: build);
        if (Traced.On) Traced.Keep(tx, build, Traced.Root("submit", wanted.Since ?? now, now, ("skyline.build", build), ("skyline.nvr", wanted.Source.Nvr), ("skyline.target", wanted.TargetName)));
        return new Submitted.Queued(build);
    }

    /// <summary>What speaks against it, asked in the very write that queues it; and before, by who wants to know.</summary>
    public static Refusal? WhyNot(IDbConnection db, WantedBuild wanted, IReadOnlyList<PlannedTask> plan)
    {
        if (!wanted.Scratch && !wanted.Draft && AlreadyThere(db, wanted) is { } there) return there;
        // Whichever way it was asked for: into somebody's own tag nobody else builds. A scratch build goes nowhere.
        if (!wanted.Scratch && TagRights.WhyNotBuildInto(db, wanted.Owner, Target.Destination(db, wanted.TargetId).Id) is { } notYours) return notYours;
        // What is built from a kept lock needs no repository of the target's any more.
        if (plan.Any(task => task.Like is null) && db.One<bool>("SELECT removed_at IS NOT NULL FROM targets WHERE id = @TargetId", wanted))
            return new(409, $"Target '{wanted.TargetName}' was removed, so nothing can be built for it any more.");
        if (!wanted.Scratch && WhyNotInto.Tag(db, Target.Destination(db, wanted.TargetId), Package(wanted.Source.Nvr), $"{wanted.Source.FileName} is not built for {wanted.TargetName}") is { } closed) return closed;
        return WhyNoRepo(db, wanted.Options?.Repos ?? []);
    }

    public static void PutTasks(IDbTransaction tx, long build, IReadOnlyList<PlannedTask> plan, long now)
    {
        foreach (var planned in plan)
        {
            var task = tx.One<long>("INSERT INTO build_tasks (build_id, kind, arch, state, like_run_id, given_lock_sha256) VALUES (@build, 'buildArch', @Arch, 'Waiting', @Like, @Lock) RETURNING id", new { build, planned.Arch, planned.Like, planned.Lock });
            foreach (var host in planned.Hosts) tx.Execute("INSERT INTO task_hosts (task_id, arch) VALUES (@task, @host)", new { task, host });
            QueueRun.Put(tx, task, now);
        }
    }

    /// <summary>A build's own repositories are known here, so that a builder reaches nothing but this server.</summary>
    public static Refusal? WhyNoRepo(IDbConnection db, IReadOnlyList<string> repos) => repos.Select(name => External.Find(db, name) switch
    {
        null => RemoveExternal.NotThere(name),
        { Chroot: { } chroot } => new Refusal(409, $"'{name}' belongs to the chroot {chroot}: builds in that chroot have it already, and for others it is not meant."),
        _ => null,
    }).FirstOrDefault(why => why is not null);

    /// <summary>All before the last dash but one.</summary>
    static string Package(string nvr) => nvr[..nvr.LastIndexOf('-', nvr.LastIndexOf('-') - 1)];

    sealed record Earlier(long Id, string State);

    static Refusal? AlreadyThere(IDbConnection db, WantedBuild wanted)
    {
        // With another %dist its release is another.
        var open = db.One<Earlier>("""
            SELECT id, state FROM builds WHERE target_id = @TargetId AND srpm_nvr = @Nvr AND coalesce(json_extract(options, '$.macros.dist'), '') = @dist AND scratch = 0 AND draft = 0 AND state NOT IN ('Failed', 'Cancelled')
            """, new { wanted.TargetId, wanted.Source.Nvr, dist = wanted.Options?.Macros.GetValueOrDefault("dist") ?? "" });
        if (open is null) return null;
        return open.State is "Complete" or "Publishing"
            ? new(409, $"{wanted.Source.Nvr} is already built for {wanted.TargetName} (build {open.Id}). Raise its release to build it again, or use a scratch build.")
            : new(409, $"{wanted.Source.Nvr} is being built for {wanted.TargetName} already (build {open.Id}). Watch that one, or cancel it first.");
    }
}
