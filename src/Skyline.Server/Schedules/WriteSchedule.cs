using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Schedules;

/// <summary>Schedules come, change and go. When each fires next is in its row; the clock's triggers are made anew from the rows.</summary>
public sealed class WriteSchedule(Database database, ScheduleClock clock, Bells bells, TimeProvider time)
{
    public const int UsualShare = 50;

    public Task<Refusal?> Create(NewSchedule wanted, long owner, CancellationToken ct) => Change(tx =>
    {
        if (!Names.IsGood(wanted.Name)) return new(400, $"A schedule cannot be called '{wanted.Name}': a name is {Names.Rule}.");
        if (!Enum.IsDefined(wanted.Kind) || !Enum.IsDefined(wanted.What)) return new(400, "A schedule's kind is Rebuild or SelfHosting, and what it builds All or Affected.");
        if (wanted is { Kind: ScheduleKind.SelfHosting, What: ScheduleScope.Affected }) return new(400, "A self-hosting run builds all packages, or it would say nothing of the tag.");
        var zone = wanted.TimeZone ?? "UTC";
        if (!Cron.TryRead(wanted.Cron, zone, out var cron, out var why)) return new(400, why);
        if (WhyNot(wanted.Share, wanted.Priority) is { } refusal) return refusal;
        if (Target.Find(tx.Connection!, wanted.Target ?? "") is not { } target) return NoTarget(wanted.Target);
        var now = time.Stamp();
        return tx.Execute("""
            INSERT INTO schedules (name, target_id, kind, what, cron, time_zone, priority, share, bisects, paused, next_at, owner_id, created_at)
            VALUES (@Name, @target, @kind, @what, @Cron, @zone, @priority, @share, @Bisect, @Paused, @next, @owner, @now) ON CONFLICT DO NOTHING
            """, new
        {
            wanted.Name, target = target.Id, kind = wanted.Kind.ToString(), what = wanted.What.ToString(), wanted.Cron, zone, priority = wanted.Priority ?? Builds.Priorities.Background,
            share = wanted.Share ?? UsualShare, wanted.Bisect, wanted.Paused, next = wanted.Paused ? null : cron.NextAfter(now), owner, now,
        }) == 0 ? new(409, $"There is a schedule '{wanted.Name}' already.") : Noted(tx, "created", wanted.Name, wanted);
    }, ct);

    public Task<Refusal?> Edit(string name, ScheduleEdit edit, CancellationToken ct) => Change(tx =>
    {
        if (Schedule.Find(tx.Connection!, name) is not { } now) return Schedule.None(name);
        if (edit.What is { } what && !Enum.IsDefined(what)) return new(400, "What a schedule builds is All or Affected.");
        if (edit.What == ScheduleScope.Affected && now.OfKind == ScheduleKind.SelfHosting) return new(400, "A self-hosting run builds all packages, or it would say nothing of the tag.");
        if (WhyNot(edit.Share, edit.Priority) is { } refusal) return refusal;
        var (text, zone) = (edit.Cron ?? now.Cron, edit.TimeZone ?? now.TimeZone);
        if (!Cron.TryRead(text, zone, out var cron, out var why)) return new(400, why);
        var target = edit.Target is null ? now.TargetId : Target.Find(tx.Connection!, edit.Target)?.Id;
        if (target is null) return NoTarget(edit.Target);
        // What is due already stays due, unless the hours themselves are others.
        var next = now.Paused == 1 ? null : edit.Cron is null && edit.TimeZone is null ? now.NextAt : cron.NextAfter(time.Stamp());
        tx.Note("changed", $"schedule {name}", new { now.Cron, now.TimeZone, now.TargetId, now.Share, now.Priority, now.What, now.Bisects },
            new { Cron = text, TimeZone = zone, TargetId = target, Share = edit.Share ?? now.Share, Priority = edit.Priority ?? now.Priority, What = edit.What?.ToString() ?? now.What, Bisects = edit.Bisect is { } bisect ? bisect ? 1L : 0L : now.Bisects }, now.Id);
        tx.Execute("""
            UPDATE schedules SET target_id = @target, cron = @text, time_zone = @zone, next_at = @next, what = coalesce(@what, what), share = coalesce(@Share, share), priority = coalesce(@Priority, priority),
                bisects = coalesce(@Bisect, bisects), revision = revision + 1 WHERE id = @Id
            """, new { now.Id, target, text, zone, next, what = edit.What?.ToString(), edit.Share, edit.Priority, edit.Bisect });
        return null;
    }, ct);

    /// <summary>What comes due meanwhile is not made up for.</summary>
    public Task<Refusal?> Pause(string name, bool paused, CancellationToken ct) => Change(tx =>
    {
        if (Schedule.Find(tx.Connection!, name) is not { } schedule) return Schedule.None(name);
        var next = paused ? null : Cron.Kept(schedule.Cron, schedule.TimeZone).NextAfter(time.Stamp());
        tx.Note(paused ? "paused" : "resumed", $"schedule {name}", id: schedule.Id);
        tx.Execute("UPDATE schedules SET paused = @paused, next_at = @next, revision = revision + 1 WHERE id = @Id AND paused <> @paused", new { schedule.Id, paused, next });
        return null;
    }, ct);

    /// <summary>What it has begun goes on, and its runs stay.</summary>
    public Task<Refusal?> Remove(string name, CancellationToken ct) => Change(tx =>
        tx.Execute("UPDATE schedules SET removed_at = @now, next_at = NULL, revision = revision + 1 WHERE name = @name AND removed_at IS NULL", new { name, now = time.Stamp() }) == 0 ? Schedule.None(name) : Noted(tx, "removed", name), ct);

    static Refusal? Noted(IDbTransaction tx, string act, string name, object? after = null)
    {
        tx.Note(act, $"schedule {name}", after: after);
        return null;
    }

    async Task<Refusal?> Change(Func<IDbTransaction, Refusal?> act, CancellationToken ct)
    {
        if (await database.Write(act, ct) is { } refusal) return refusal;
        await clock.Set(CancellationToken.None);
        bells.Ring(Bells.Schedules);
        return null;
    }

    static Refusal? WhyNot(int? share, int? priority) =>
        share is < 1 or > 100 ? new(400, $"A share is 1 to 100 per cent of the builders' slots; {share} is none.")
        : priority is < 0 or > 1000 ? new(400, $"A priority is 0 to 1000, and the lower number goes first; {priority} is none.")
        : null;

    static Refusal NoTarget(string? name) => new(404, $"There is no target '{name}'.");
}
