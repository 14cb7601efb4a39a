using System.Data;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Advisories;

/// <summary>Tells clients of an advisory from the tag's next snapshot on, or no more.</summary>
public sealed class PublishAdvisory(Database database, Bells bells, TimeProvider time)
{
    /// <returns>Null, or why not.</returns>
    public Task<Refusal?> Publish(string name, long person, CancellationToken ct) => Change(name, (tx, row) =>
        tx.One<long>("SELECT count(*) FROM advisory_builds WHERE advisory_id = @Id AND detached_at IS NULL", row) == 0 ? NoBuilds(row.Name)
        : Publish(tx, row.Id, row.TagId, row.Name, person, time.Stamp()) ? null : new(409, $"Advisory {row.Name} is published already."), ct);

    /// <returns>Null, or why not.</returns>
    public Task<Refusal?> Withdraw(string name, long person, CancellationToken ct) => Change(name, (tx, row) =>
    {
        if (tx.Execute("UPDATE advisories SET state = 'Withdrawn' WHERE id = @Id AND state = 'Published'", row) == 0) return new(409, $"Advisory {row.Name} is not published, so there is nothing to withdraw.");
        tx.Note("withdrawn", $"advisory {name}", id: row.Id);
        WriteAdvisory.Changed(tx, row, "withdrawn", person, time.Stamp());
        return null;
    }, ct);

    internal static bool Publish(IDbTransaction tx, long id, long tag, string name, long person, long now)
    {
        if (tx.Execute("UPDATE advisories SET state = 'Published', issued_at = coalesce(issued_at, @now), changed_at = @now WHERE id = @id AND state <> 'Published'", new { id, now }) == 0) return false;
        tx.Note("published", $"advisory {name}", id: id);
        var happened = TagEvent.Record(tx, tag, TagEventKind.Content, null, $"advisory {name} published", now, person);
        tx.Execute("UPDATE advisories SET event_id = @happened WHERE id = @id", new { id, happened });
        return true;
    }

    internal static Refusal NoBuilds(string name) => new(409, $"{name} has no builds, so no repository would tell of it; attach those that it is about first.");

    async Task<Refusal?> Change(string name, Func<IDbTransaction, AdvisoryRow, Refusal?> change, CancellationToken ct)
    {
        var refusal = await database.Write(tx => AdvisoryRow.Find(tx.Connection!, name) is { } row ? change(tx, row) : WriteAdvisory.NotFound(name), ct);
        if (refusal is null) bells.Ring(Bells.Tags);
        return refusal;
    }
}
