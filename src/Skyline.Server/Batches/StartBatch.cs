using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Builds;
using Skyline.Server.Storage;

namespace Skyline.Server.Batches;

/// <param name="SideTagId">The tag that was made for it.</param>
/// <param name="Retries">How often a member is built again after a fault that was not its own.</param>
/// <param name="MostOpen">How many of its builds may be open at a time; null: all that are ready.</param>
sealed record NewBatch(
    BatchKind Kind, string Title, long TargetId, long Owner, bool Scratch = false, bool Draft = false, int Priority = Priorities.Usual, int Retries = 0, long? SideTagId = null, int? MostOpen = null);

/// <param name="Wave">From 1, for people.</param>
/// <param name="Needs">Which members, by their place in the list, are built and published before it.</param>
sealed record NewMember(string Package, KeptSource Source, int Wave, IReadOnlyList<int> Needs, BuildOptions? Options = null);

/// <summary>A batch comes into being, and begins. What happens to it then is <see cref="AdvanceBatches"/>'.</summary>
static class StartBatch
{
    /// <summary>The caller has seen that the sources' blobs are there, in this transaction, and rings <see cref="Bells.Batches"/> after it.</summary>
    /// <param name="planned">It waits to be started.</param>
    public static long Put(IDbTransaction tx, NewBatch batch, IReadOnlyList<NewMember> members, long now, bool planned = false)
    {
        var id = tx.One<long>("""
            INSERT INTO batches (kind, title, target_id, side_tag_id, scratch, draft, priority, retries, most_open, owner_id, state, created_at, started_at)
            VALUES (@kind, @Title, @TargetId, @SideTagId, @Scratch, @Draft, @Priority, @Retries, @MostOpen, @Owner, @state, @now, @started) RETURNING id
            """, new
        {
            kind = batch.Kind.ToString(), batch.Title, batch.TargetId, batch.SideTagId, batch.Scratch, batch.Draft, batch.Priority, batch.Retries, batch.MostOpen, batch.Owner,
            state = planned ? "Planned" : "Running", now, started = planned ? (long?)null : now,
        });
        tx.Note(planned ? "planned" : "started", $"batch {id}", after: new { Kind = batch.Kind.ToString(), batch.Title, Target = tx.One<string>("SELECT name FROM targets WHERE id = @TargetId", batch), batch.Scratch, batch.Draft, Members = members.Count }, id: id);
        var ids = members.Select(member => tx.One<long>("""
            INSERT INTO batch_members (batch_id, package, srpm_file, srpm_sha256, srpm_size, wave, options, state)
            VALUES (@id, @Package, @FileName, @Sha256, @Size, @Wave, @options, 'Waiting') RETURNING id
            """, new { id, member.Package, member.Source.FileName, member.Source.Sha256, member.Source.Size, member.Wave, options = KeptOptions.Text(member.Options) })).ToList();
        for (var i = 0; i < members.Count; i++)
            foreach (var need in members[i].Needs.Distinct())
                tx.Execute("INSERT INTO batch_needs (member_id, needs_id) VALUES (@member, @need)", new { member = ids[i], need = ids[need] });
        return id;
    }

    /// <returns>False if it is not one that waits to be started.</returns>
    public static bool Begin(IDbTransaction tx, long batch, long now) =>
        tx.Execute("UPDATE batches SET state = 'Running', started_at = @now, revision = revision + 1 WHERE id = @batch AND state = 'Planned'", new { batch, now }) > 0;
}
