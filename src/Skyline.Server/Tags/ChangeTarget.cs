using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Builders;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>A target gets other tags or another channel, or is removed. What is being built for it was begun for the tags that it had, so those change only when nothing is.</summary>
public sealed class ChangeTarget(Database database, Bells bells, TimeProvider time)
{
    const int MostNamed = 5;

    /// <returns>Null, or why not.</returns>
    public Task<Refusal?> Edit(string name, TargetEdit edit, long person, CancellationToken ct) => Change(name, (tx, target) =>
    {
        var db = tx.Connection!;
        if (edit.BuildTag is { } with && Tag.Find(db, with) is null) return Tag.None(with);
        if (edit.DestinationTag is { } into && Tag.Find(db, into) is null) return Tag.None(into);
        if (edit.Channel is { } named && Channel.Find(db, named) is null) return Channel.None(named, 400);
        var (build, destination) = (edit.BuildTag ?? target.BuildTag, edit.DestinationTag ?? target.DestinationTag);
        var (newBuild, newDestination) = (Tag.Find(db, build)!, Tag.Find(db, destination)!);
        if (KeptPrivate.WhyNotBuilt(newBuild, newDestination, name) is { } known) return known;
        if ((newBuild.Private || newDestination.Private) != (Tag.Of(db, target.BuildTagId).Private || Tag.Of(db, target.DestinationTagId).Private))
            return new(409, $"'{name}' stays as private as it is: its builds are seen by who sees its tags. Make another target for those.");
        if ((build != target.BuildTag || destination != target.DestinationTag) && WhyBusy(db, target, "gets other tags") is { } busy) return busy;
        tx.Execute("UPDATE targets SET build_tag_id = @build, destination_tag_id = @destination, channel_id = @channel WHERE id = @Id", new
        {
            target.Id, build = Tag.Find(db, build)!.Id, destination = Tag.Find(db, destination)!.Id, channel = Channel.Find(db, edit.Channel ?? target.Channel)!.Id,
        });
        Keep(tx, target.Id, person, time.Stamp());
        tx.Note("changed", $"target {name}", new { target.BuildTag, target.DestinationTag, target.Channel }, new { BuildTag = build, DestinationTag = destination, Channel = edit.Channel ?? target.Channel }, target.Id);
        return null;
    }, ct);

    /// <returns>Null, or why not.</returns>
    public Task<Refusal?> Remove(string name, long person, CancellationToken ct) => Change(name, (tx, target) =>
    {
        if (WhyBusy(tx.Connection!, target, "is removed") is { } busy) return busy;
        Close(tx, target.Id, time.Stamp());
        tx.Execute("UPDATE targets SET removed_at = @now, channel_id = 1 WHERE id = @Id", new { target.Id, now = time.Stamp() });
        tx.Note("removed", $"target {name}", new { target.BuildTag, target.DestinationTag, target.Channel }, null, target.Id);
        return null;
    }, ct);

    async Task<Refusal?> Change(string name, Func<IDbTransaction, Target, Refusal?> act, CancellationToken ct)
    {
        var refusal = await database.Write(tx => Target.Find(tx.Connection!, name) is { } target ? WhyOfSideTag(tx, target) ?? act(tx, target) : Target.None(name), ct);
        bells.Ring(Bells.Work);
        return refusal;
    }

    /// <summary>A side tag and its target are one.</summary>
    static Refusal? WhyOfSideTag(IDbTransaction tx, Target target) => tx.One<bool>("SELECT EXISTS (SELECT 1 FROM side_tags WHERE target_id = @Id AND removed_at IS NULL)", new { target.Id })
        ? new(409, $"'{target.Name}' is a side tag's target, and is what that is; `skyline side-tag remove {target.Name}` removes both.") : null;

    static Refusal? WhyBusy(IDbConnection db, Target target, string what)
    {
        var builds = db.All<long>("SELECT id FROM builds WHERE target_id = @Id AND state IN ('Waiting', 'Building', 'Publishing') ORDER BY id", new { target.Id });
        if (builds.Count > 0)
            return new(409, $"'{target.Name}' {what} when nothing is being built for it: {string.Join(", ", builds.Take(MostNamed).Select(build => $"build {build}"))}{(builds.Count > MostNamed ? $" and {builds.Count - MostNamed} more" : "")} {(builds.Count == 1 ? "is" : "are")} under way. Wait, or cancel.");
        return db.One<long?>("SELECT min(id) FROM batches WHERE target_id = @Id AND state IN ('Planned', 'Running')", new { target.Id }) is { } batch
            ? new(409, $"'{target.Name}' {what} when nothing is being built for it: batch {batch} is under way. Wait, or cancel it (skyline batch cancel {batch}).") : null;
    }

    /// <summary>Closes the row of what the target was and writes what it is.</summary>
    internal static void Keep(IDbTransaction tx, long target, long? person, long now)
    {
        Close(tx, target, now);
        tx.Execute("INSERT INTO target_configs (target_id, build_tag_id, destination_tag_id, channel_id, set_at, set_by) SELECT id, build_tag_id, destination_tag_id, channel_id, @now, @person FROM targets WHERE id = @target", new { target, now, person });
    }

    internal static void Close(IDbTransaction tx, long target, long now) => tx.Execute("UPDATE target_configs SET unset_at = @now WHERE target_id = @target AND unset_at IS NULL", new { target, now });
}
