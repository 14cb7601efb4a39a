using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Builds;

/// <summary>
/// The same source package again: from what there is today, with other options or for another target if that is asked; or locked, each task from the lock and the recipe of
/// the run that succeeded then.
/// </summary>
public sealed class RebuildBuild(Database database, Blobs blobs, Chroots chroots, Bells bells, TimeProvider time)
{
    sealed record Original
    {
        public long Id { get; init; }
        public required string Nvr { get; init; }
        public required string State { get; init; }
        public long? BuildTagId { get; init; }
        public string? SrpmSha256 { get; init; }
        public string? SrpmFile { get; init; }
        public string? SrpmNvr { get; init; }
        public long SrpmSize { get; init; }
        public long TargetId { get; init; }
        public string? Target { get; init; }
        public string? Options { get; init; }
    }

    public Task<Submitted> Rebuild(long id, bool locked, long owner, CancellationToken ct) => Rebuild(id, new RebuildOrder(locked), owner, ct);

    public async Task<Submitted> Rebuild(long id, RebuildOrder order, long owner, CancellationToken ct)
    {
        if (database.Read(db => Find(db, id)) is not { } original) return Refuse(404, $"There is no build {id}.");
        if (order is { Locked: true } and not { Target: null, Options: null, Scratch: not false })
            return Refuse(400, "Exactly as then is with the options, for the target and from the packages of then, as a scratch build; leave out locked, or the rest.");
        if (order.Target is { } other)
        {
            if (database.Read(db => Target.Find(db, other)) is not { } target) return Refuse(404, $"There is no target '{other}'.");
            if (database.Read(db => WhyNotFor(db, original, target)) is { } known) return new Submitted.Refused(known);
            original = original with { TargetId = target.Id, Target = target.Name, BuildTagId = target.BuildTagId };
        }
        var (options, wrong) = order.Options is null ? (KeptOptions.Read(original.Options), null) : CheckOptions.Of(order.Options);
        if (wrong is not null) return new Submitted.Refused(wrong);
        return await Again(original, order, options, owner, ct);
    }

    async Task<Submitted> Again(Original original, RebuildOrder order, BuildOptions? options, long owner, CancellationToken ct)
    {
        var id = original.Id;
        if (original.SrpmSha256 is null || original.BuildTagId is null) return Refuse(409, $"{original.Nvr} was imported (build {id}): it was built elsewhere, and cannot be built again here.");
        if (!blobs.Has(original.SrpmSha256)) return Refuse(409, $"The source package of build {id}, {original.SrpmFile}, is not kept any more; submit it again.");
        var (plan, refusal) = order.Locked ? AsThen(original) : await AsNow(original, ct);
        if (refusal is not null) return new Submitted.Refused(refusal);
        var source = new KeptSource(original.SrpmNvr!, original.SrpmFile!, original.SrpmSha256, original.SrpmSize);
        var wanted = new WantedBuild(source, original.TargetId, original.Target!, order.Scratch ?? true, owner, options, Rebuilds: id);
        var outcome = await database.Write(tx => wanted.Scratch && CheckWanted.WhyNotScratch(tx.Connection!, owner, Target.Destination(tx.Connection!, wanted.TargetId).Id) is { } notHere ? new Submitted.Refused(notHere) : QueueBuild.Put(tx, wanted, plan, time.Stamp()), ct);
        if (outcome is not Submitted.Queued) return outcome;
        bells.Ring(Bells.Work);
        bells.Ring(Bells.Builds);
        return outcome;
    }

    /// <summary>What is private stays for private targets: a source package, and all the more a build of it.</summary>
    static Refusal? WhyNotFor(IDbConnection db, Original original, Target target) =>
        IsPrivate(db, original.TargetId) && !IsPrivate(db, target.Id) ? new(409, $"Build {original.Id} is of a private target and '{target.Name}' is public, so it is not built there by a rebuild; submit its source package, if that is meant.") : null;

    static bool IsPrivate(IDbConnection db, long target) => db.One<bool>("SELECT max(w.private, d.private) FROM targets t JOIN tags w ON w.id = t.build_tag_id JOIN tags d ON d.id = t.destination_tag_id WHERE t.id = @target", new { target });

    static Original? Find(IDbConnection db, long id) => db.One<Original>("""
        SELECT b.id, b.nvr, b.state, t.build_tag_id AS BuildTagId, b.srpm_sha256 AS SrpmSha256, b.srpm_file AS SrpmFile, b.srpm_nvr AS SrpmNvr, b.srpm_size AS SrpmSize, b.target_id AS TargetId, t.name AS Target, b.options AS Options FROM builds b LEFT JOIN targets t ON t.id = b.target_id WHERE b.id = @id
        """, new { id });

    async Task<(IReadOnlyList<PlannedTask> Plan, Refusal? Refusal)> AsNow(Original original, CancellationToken ct)
    {
        var tag = database.Read(db => Tag.Of(db, original.BuildTagId!.Value));
        if (chroots.Find(tag.Chroot) is not { } chroot)
            return ([], new(409, $"Build {original.Id} was made in a chroot, {tag.Chroot}, that this server does not know any more; it knows {chroots.Names}. With locked it can be built again as it was."));
        await using var file = blobs.Open(original.SrpmSha256!);
        var plan = SubmitBuild.Plan(await RpmPackage.Read(file, ct), tag, chroot);
        return plan.Count > 0 ? (plan, null)
            : ([], new(409, $"{original.SrpmFile} builds for none of {tag.Name}'s architectures ({string.Join(", ", tag.Arches)}) any more."));
    }

    sealed record Then
    {
        public required string Arch { get; init; }
        public string? Host { get; init; }
        public long? Run { get; init; }
        public string? Lock { get; init; }
    }

    (IReadOnlyList<PlannedTask> Plan, Refusal? Refusal) AsThen(Original original)
    {
        var tasks = database.Read(db => db.All<Then>("""
            SELECT t.arch, r.id AS Run, r.lock_sha256 AS Lock, json_extract(p.json, '$.buildrootArch') AS Host
            FROM build_tasks t LEFT JOIN task_runs r ON r.id = (SELECT s.id FROM task_runs s WHERE s.task_id = t.id AND s.state = 'Succeeded' ORDER BY s.id LIMIT 1) LEFT JOIN recipes p ON p.sha256 = r.recipe_sha256
            WHERE t.build_id = @Id AND t.kind = 'buildArch' ORDER BY t.id
            """, original));
        if (tasks.FirstOrDefault(task => task.Run is null) is { } undone)
            return ([], new(409, $"Build {original.Id} has no lock to be built from again: it did not succeed for {undone.Arch} ({original.State.ToLowerInvariant()})."));
        if (tasks.FirstOrDefault(task => task.Host is null || task.Lock is null) is { } old)
            return ([], new(409, $"Build {original.Id} is from before this server kept what a chroot was at the time (run {old.Run}), so it cannot be built exactly as then; without locked it can be built from today's packages."));
        return ([.. tasks.Select(task => new PlannedTask(task.Arch, [task.Host!], task.Run))], null);
    }

    static Submitted.Refused Refuse(int status, string sentence) => new(new Refusal(status, sentence));
}
