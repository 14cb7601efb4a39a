using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Batches;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Schedules;

/// <summary>
/// A schedule's time has come: what it is to build is chosen, and in one transaction its next time is set, the run is noted and its
/// batch begins. A server that is killed has done all of that or nothing.
/// </summary>
public sealed class RunSchedule(Database database, Blobs blobs, Affected affected, Bells bells, TimeProvider time, ILogger<RunSchedule> log)
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    /// <param name="Why">Why there is nothing to build.</param>
    sealed record Plan(IReadOnlyList<TagSource> Build, int Sources, int Unavailable, string? Why);

    /// <summary>Fires those that are due, each once however often its time has passed. A fault of one holds up no other.</summary>
    public async Task Due(CancellationToken ct)
    {
        foreach (var schedule in database.Read(db => Schedule.Due(db, time.Stamp())))
        {
            try
            {
                await Fire(schedule, ct);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                log.LogError(fault, "Schedule {Schedule} did not run; it is tried again with the next one that is due", schedule.Name);
            }
        }
    }

    async Task Fire(Schedule schedule, CancellationToken ct)
    {
        var plan = await Choose(schedule, ct);
        var due = schedule.NextAt!.Value;
        var next = Cron.Kept(schedule.Cron, schedule.TimeZone).NextAfter(time.Stamp());
        await database.Write(tx =>
        {
            // Somebody may have asked for it meanwhile.
            var why = plan.Why ?? (Unfinished(tx.Connection!, schedule.Id) is { } before ? StillRunning(before) : null);
            var args = new { schedule.Id, due, next, now = time.Stamp(), why };
            if (tx.Execute("UPDATE schedules SET next_at = @next, last_at = @now, last_why = @why, revision = revision + 1 WHERE id = @Id AND next_at = @due AND paused = 0 AND removed_at IS NULL", args) > 0 && why is null)
                Begin(tx, schedule, plan, due, null);
        }, ct);
        Ring();
    }

    /// <summary>Because somebody asks for it.</summary>
    public async Task<(ScheduledRun? Run, Refusal? Refusal)> Now(string name, long person, CancellationToken ct)
    {
        if (database.Read(db => Schedule.Find(db, name)) is not { } schedule) return (null, Schedule.None(name));
        var plan = await Choose(schedule, ct);
        var outcome = await database.Write<(ScheduledRun?, Refusal?)>(tx =>
            plan.Why is { } why ? (null, new(409, why))
            // Two who ask at once: the second finds the first one's.
            : Unfinished(tx.Connection!, schedule.Id) is { } before ? (null, new(409, StillRunning(before)))
            : Begin(tx, schedule, plan, time.Stamp(), person) is { } run ? (ShowSchedules.RunOf(tx.Connection!, run), null)
            : (null, new(409, $"Schedule '{name}' fires at this very moment.")), ct);
        Ring();
        return outcome;
    }

    async Task<Plan> Choose(Schedule schedule, CancellationToken ct)
    {
        if (database.Read(db => Unfinished(db, schedule.Id)) is { } before) return new([], 0, 0, StillRunning(before));
        if (schedule.TargetRemovedAt is not null) return new([], 0, 0, $"Its target, '{schedule.Target}', was removed; `skyline schedule edit {schedule.Name} --target TARGET` gives it another.");
        var (sources, unavailable) = database.Read(db => TagSource.Of(db, schedule.TagId));
        if (sources.Count == 0) return new([], 0, unavailable, $"Tag '{schedule.Tag}' holds no package that has a source package here.");
        if (schedule.Scope != ScheduleScope.All) await UntilNoted(ct);
        var build = schedule.Scope == ScheduleScope.All ? sources : await affected.Of(schedule.TagId, schedule.BuildTagId, sources, ct);
        return new(build, sources.Count, unavailable, build.Count == 0 ? $"None of the {sources.Count} packages of '{schedule.Tag}' would have another buildroot now than when it was last built." : null);
    }

    /// <summary>What has ended a moment ago counts too: it is being taken into the histories that the affected are told from. (Should that be stuck, a build more does no harm.)</summary>
    async Task UntilNoted(CancellationToken ct)
    {
        for (var until = time.Stamp() + (long)patience.TotalMilliseconds; ;)
        {
            var (bell, left) = (bells.Next(Bells.Histories), until - time.Stamp());
            if (left <= 0 || !database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM builds WHERE noted_at IS NULL AND ended_at IS NOT NULL)"))) return;
            await bells.Wait(bell, TimeSpan.FromMilliseconds(left), ct);
        }
    }

    static long? Unfinished(IDbConnection db, long schedule) => db.One<long?>("""
        SELECT r.batch_id FROM schedule_runs r JOIN batches x ON x.id = r.batch_id WHERE r.schedule_id = @schedule AND x.state IN ('Planned', 'Running') ORDER BY r.id DESC LIMIT 1
        """, new { schedule });

    static string StillRunning(long batch) => $"Its run before, batch {batch}, is not over.";

    /// <returns>The run; null if there is one of that hour.</returns>
    long? Begin(IDbTransaction tx, Schedule schedule, Plan plan, long due, long? person)
    {
        if (tx.One<bool>("SELECT EXISTS (SELECT 1 FROM schedule_runs WHERE schedule_id = @Id AND due_at = @due)", new { schedule.Id, due })) return null;
        var (now, kind) = (time.Stamp(), schedule.OfKind == ScheduleKind.SelfHosting ? "self-hosting run" : "run");
        var members = plan.Build.Where(source => blobs.Has(source.Source.Sha256)).Select(source => new NewMember(source.Package, source.Source, 1, [], source.Options)).ToList();
        var batch = StartBatch.Put(tx, new(BatchKind.ScheduledRun, $"{schedule.Name}, {kind} of {due.ToTime():yyyy-MM-dd HH:mm} UTC", schedule.TargetId, person ?? schedule.OwnerId,
            Scratch: true, Priority: (int)schedule.Priority, Retries: 2, MostOpen: MostOpen(tx, schedule)), members, now);
        tx.Note(person is null ? "run by the clock" : "run", $"schedule {schedule.Name}", after: new { batch }, id: schedule.Id);
        return tx.One<long>("""
            INSERT INTO schedule_runs (schedule_id, due_at, started_at, asked_by, batch_id, sources, unavailable) VALUES (@Id, @due, @now, @person, @batch, @Sources, @Unavailable) RETURNING id
            """, new { schedule.Id, due, now, person, batch, plan.Sources, plan.Unavailable });
    }

    /// <summary>Its share of the slots that there are now, and one at least.</summary>
    static int MostOpen(IDbTransaction tx, Schedule schedule) => Math.Max(1, tx.One<int>("""
        SELECT coalesce(sum(o.slots), 0) FROM builders o JOIN channel_builders c ON c.builder_id = o.id WHERE c.channel_id = @ChannelId AND o.enabled = 1
        """, schedule) * (int)schedule.Share / 100);

    void Ring()
    {
        bells.Ring(Bells.Schedules);
        bells.Ring(Bells.Batches);
    }
}
