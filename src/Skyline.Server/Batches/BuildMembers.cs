using System.Data;
using Skyline.Rpm;
using Skyline.Server.Builds;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Batches;

/// <summary>
/// Puts the builds of members into the queue whose needs are done and in the repository that their buildroots are made of. Each in the
/// transaction that says so of the member: a server that is killed has queued it once, or not at all.
/// </summary>
public sealed class BuildMembers(Database database, Blobs blobs, Chroots chroots, CurrentSnapshots current, TimeProvider time)
{
    const int AtOnce = 50;

    sealed record Running(long Id, long TargetId, string Target, long BuildTagId, long Owner, long Scratch, long Draft, long Priority);

    sealed record Ready
    {
        public long Id { get; init; }
        public required string Package { get; init; }
        public required string SrpmFile { get; init; }
        public required string SrpmSha256 { get; init; }
        public long SrpmSize { get; init; }
        public string? Options { get; init; }
    }

    /// <summary>A need is published where it is tagged; the tag that buildroots are made of, if it inherits from that, has its events too.</summary>
    const string SelectReady = """
        SELECT m.id AS Id, m.package AS Package, m.srpm_file AS SrpmFile, m.srpm_sha256 AS SrpmSha256, m.srpm_size AS SrpmSize, m.options AS Options
        FROM batch_members m JOIN batches x ON x.id = m.batch_id JOIN targets g ON g.id = x.target_id JOIN tags t ON t.id = g.build_tag_id
        WHERE m.batch_id = @batch AND m.state = 'Waiting' AND x.state = 'Running' AND NOT EXISTS (
            SELECT 1 FROM batch_needs n JOIN batch_members o ON o.id = n.needs_id
            WHERE n.member_id = m.id AND (o.state <> 'Done' AND (x.past_failures = 0 OR o.state IN ('Waiting', 'Building')) OR (t.changed_event >= o.visible_event AND t.published_event < o.visible_event)))
        ORDER BY m.wave, m.id
        LIMIT @room
        """;

    const string SelectRoom = "SELECT min(@AtOnce, coalesce(most_open - (SELECT count(*) FROM batch_members WHERE batch_id = @batch AND state = 'Building'), @AtOnce)) FROM batches WHERE id = @batch";

    /// <returns>How many left the state of waiting; call again until there are none.</returns>
    public async Task<int> Build(long batch, CancellationToken ct)
    {
        var (running, ready, tag) = database.Read(db => Look(db, batch));
        if (running is null || ready.Count == 0 || !IsServed(tag!)) return 0;
        var plans = new List<(Ready Member, Rpm.Nevra? Nevra, IReadOnlyList<PlannedTask> Plan, string? Why)>();
        foreach (var member in ready) plans.Add(await PlanOf(member, tag!, ct));
        return await database.Write(tx =>
        {
            var now = time.Stamp();
            var moved = plans.Sum(plan => plan.Why is { } why ? Fail(tx, plan.Member.Id, why, now) : Queue(tx, running, plan.Member, plan.Nevra!, plan.Plan, now));
            tx.Execute("UPDATE batches SET revision = revision + 1 WHERE id = @batch AND @moved > 0", new { batch, moved });
            return moved;
        }, ct);
    }

    static (Running? Batch, IReadOnlyList<Ready> Members, Tag? Tag) Look(IDbConnection db, long batch)
    {
        var running = db.One<Running>("""
            SELECT x.id AS Id, g.id AS TargetId, g.name AS Target, g.build_tag_id AS BuildTagId, x.owner_id AS Owner, x.scratch AS Scratch, x.draft AS Draft, x.priority AS Priority
            FROM batches x JOIN targets g ON g.id = x.target_id WHERE x.id = @batch AND x.state = 'Running'
            """, new { batch });
        return running is null ? (null, [], null) : (running, db.All<Ready>(SelectReady, new { batch, room = Math.Max(0, db.One<long>(SelectRoom, new { batch, AtOnce })) }), Tag.Of(db, running.BuildTagId));
    }

    /// <summary>A snapshot's rows are there a moment before readers are given it; a buildroot made in between would lack what was built last.</summary>
    bool IsServed(Tag tag) => current.Of(tag.Name) is { } served && served.Id >= (database.Read(db => NamedSnapshot.Newest(db, tag.Id))?.Id ?? 0);

    async Task<(Ready, Nevra?, IReadOnlyList<PlannedTask>, string?)> PlanOf(Ready member, Tag tag, CancellationToken ct)
    {
        if (!blobs.Has(member.SrpmSha256)) return (member, null, [], $"Its source package, {member.SrpmFile}, is not kept any more.");
        if (chroots.Find(tag.Chroot) is not { } chroot) return (member, null, [], $"Tag '{tag.Name}' is of a chroot, {tag.Chroot}, that this server does not know any more; it knows {chroots.Names}.");
        await using var file = blobs.Open(member.SrpmSha256);
        var package = await RpmPackage.Read(file, ct);
        var plan = SubmitBuild.Plan(package, tag, chroot);
        return plan.Count > 0 ? (member, package.Nevra, plan, null)
            : (member, null, [], $"{member.SrpmFile} builds for none of {tag.Name}'s architectures ({string.Join(", ", tag.Arches)}): see ExclusiveArch and ExcludeArch in its spec.");
    }

    static int Fail(IDbTransaction tx, long member, string why, long now) =>
        tx.Execute("UPDATE batch_members SET state = 'Failed', why = @why, ended_at = @now WHERE id = @member AND state = 'Waiting'", new { member, why, now });

    static int Queue(IDbTransaction tx, Running batch, Ready member, Nevra nevra, IReadOnlyList<PlannedTask> plan, long now)
    {
        if (tx.Execute("UPDATE batch_members SET state = 'Building', tries = tries + 1, ready_at = @now WHERE id = @Id AND state = 'Waiting' AND EXISTS (SELECT 1 FROM batches x WHERE x.id = batch_id AND x.state = 'Running')", new { member.Id, now }) == 0) return 0;
        var source = new KeptSource(nevra.Nvr, member.SrpmFile, member.SrpmSha256, member.SrpmSize);
        var wanted = new WantedBuild(source, batch.TargetId, batch.Target, batch.Scratch == 1, batch.Owner, KeptOptions.Read(member.Options), (int)batch.Priority, batch.Draft == 1, Batch: batch.Id);
        switch (QueueBuild.Put(tx, wanted, plan, now))
        {
            case Submitted.Queued queued:
                tx.Execute("UPDATE batch_members SET build_id = @BuildId, why = NULL WHERE id = @Id", new { member.Id, queued.BuildId });
                break;
            case Submitted.Refused when SameBuilt(tx, batch.TargetId, member) is { } built:
                // The very source package is built there, or being built: that is as good as our own build of it.
                tx.Execute("UPDATE batch_members SET build_id = @built, why = NULL WHERE id = @Id", new { member.Id, built });
                break;
            case Submitted.Refused refused:
                tx.Execute("UPDATE batch_members SET state = 'Failed', why = @Sentence, ended_at = @now WHERE id = @Id", new { member.Id, refused.Why.Sentence, now });
                break;
        }
        return 1;
    }

    static long? SameBuilt(IDbTransaction tx, long target, Ready member) => tx.One<long?>("""
        SELECT id FROM builds WHERE target_id = @target AND srpm_sha256 = @SrpmSha256 AND options IS NOT DISTINCT FROM @Options AND scratch = 0 AND draft = 0 AND state NOT IN ('Failed', 'Cancelled') ORDER BY id DESC LIMIT 1
        """, new { target, member.SrpmSha256, member.Options });
}
