using System.Data;
using System.Text;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Histories;
using Skyline.Server.Locks;
using Skyline.Server.Notices;
using Skyline.Server.Storage;

namespace Skyline.Server.Bisections;

/// <summary>
/// Takes every bisection on as soon as its probe has ended: woken, never by the clock. All that is known is in the rows, and
/// <see cref="FindGuilty"/> tells from it what to try next, so a server that was stopped goes on where it was.
/// </summary>
public sealed class AdvanceBisections(Database database, Blobs blobs, CompareBuildroots compare, Bells bells, TimeProvider time, ILogger<AdvanceBisections> log) : BackgroundService
{
    static readonly TimeSpan again = TimeSpan.FromSeconds(15);
    /// <summary>Where a thousand builds end in a second, they are looked at together.</summary>
    static readonly TimeSpan breath = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Task[] rings = [bells.Next(Bells.Bisections), bells.Next(Bells.Builds)];
            var stuck = false;
            foreach (var id in database.Read(db => db.All<long>("SELECT id FROM bisections WHERE state = 'Running' ORDER BY id"))) stuck |= !await TryAdvance(id, stoppingToken);
            // A fault such as a full disk may pass.
            await bells.WaitAny(rings, stuck ? again : Timeout.InfiniteTimeSpan, stoppingToken);
            await Task.Delay(breath, time, stoppingToken);
        }
    }

    /// <returns>False if it is to be tried again.</returns>
    async Task<bool> TryAdvance(long id, CancellationToken ct)
    {
        try
        {
            if (await Advance(id, ct)) Ring(id);
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogError(fault, "Bisection {Bisection} could not be taken further yet", id);
            return false;
        }
    }

    void Ring(long id)
    {
        bells.Ring(Bells.Bisection(id));
        bells.Ring(Bells.Bisections);
        bells.Ring(Bells.Histories);
        bells.Ring(Bells.Notices);
    }

    /// <returns>Whether something changed.</returns>
    async Task<bool> Advance(long id, CancellationToken ct)
    {
        if (database.Read(db => Bisection.Running(db, id)) is not { } bisection) return false;
        if (bisection.Updates is not { } updates) return await Compare(bisection, ct);
        var settled = database.Read(db => Probe.IsOver(db, id)) && await database.Write(tx => Probe.Settle(tx, id), ct) > 0;
        if (database.Read(db => Probe.IsOpen(db, id))) return settled;
        var known = database.Read(db => Probe.Known(db, id));
        return FindGuilty.Next(updates.Count, known, bisection.MostProbes) switch
        {
            GuiltyStep.Probe probe => await Try(bisection, updates, probe.Updates, ct),
            GuiltyStep.Found found => await End(bisection, updates, BisectionState.Found, null, found.Sets, ct),
            GuiltyStep.GaveUp gaveUp => await End(bisection, updates, BisectionState.Inconclusive, gaveUp.Why + WhyOfUnresolved(id), gaveUp.Sets, ct),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    async Task<bool> Compare(Bisection bisection, CancellationToken ct)
    {
        var updates = await compare.Between(bisection.GoodLock, bisection.BadLock, fetch: true, ct);
        if (!bisection.SameRecipe) updates = [.. updates, Update.OfRecipe];
        if (updates.Count == 0) return await End(bisection, [], BisectionState.Inconclusive, "The two builds were made in the very same buildroot: no update of it is to blame.", [], ct);
        return await database.Write(tx => tx.Execute("UPDATE bisections SET updates = @json, revision = revision + 1 WHERE id = @Id AND state = 'Running' AND updates IS NULL",
            new { bisection.Id, json = JsonSerializer.Serialize(updates) }), ct) > 0;
    }

    /// <summary>The lock's text is there before anything names it; the build and the word that it is a probe are one write.</summary>
    async Task<bool> Try(Bisection bisection, IReadOnlyList<Update> updates, IReadOnlyList<int> chosen, CancellationToken ct)
    {
        var mixed = LockText.Of(CompareLocks.Mixed(compare.Lock(bisection.GoodLock), chosen.SelectMany(number => updates[number].Changes)));
        var given = await blobs.Put(Encoding.UTF8.GetBytes(mixed), ct);
        var recipe = chosen.Any(number => updates[number].IsRecipe);
        var plan = new PlannedTask(bisection.Arch, [recipe ? bisection.BadHost : bisection.GoodHost], recipe ? bisection.BadRunId : bisection.GoodRunId, given.Sha256);
        var refused = await database.Write(tx =>
        {
            if (!blobs.Has(given.Sha256) || !blobs.Has(bisection.SrpmSha256)) return "The source package of the bad build is not kept any more.";
            if (tx.Execute("UPDATE bisections SET revision = revision + 1 WHERE id = @Id AND state = 'Running'", new { bisection.Id }) == 0) return null;
            var wanted = new WantedBuild(bisection.Source, bisection.TargetId, bisection.Target, Scratch: true, bisection.OwnerId, KeptOptions.Read(bisection.Options), bisection.Priority);
            if (QueueBuild.Put(tx, wanted, [plan], time.Stamp()) is not Submitted.Queued queued) return "What it is built with is not to be had any more: an external repository that the bad build asked for was removed.";
            tx.Execute("INSERT INTO bisection_probes (bisection_id, updates, build_id) VALUES (@Id, @updates, @BuildId)", new { bisection.Id, updates = FindGuilty.Key(chosen), queued.BuildId });
            return null;
        }, ct);
        if (refused is not null) return await End(bisection, updates, BisectionState.Inconclusive, refused, [], ct);
        bells.Ring(Bells.Work);
        bells.Ring(Bells.Builds);
        return true;
    }

    async Task<bool> End(Bisection bisection, IReadOnlyList<Update> updates, BisectionState state, string? why, IReadOnlyList<IReadOnlyList<int>> guilty, CancellationToken ct) => await database.Write(tx =>
    {
        var now = time.Stamp();
        if (tx.Execute("UPDATE bisections SET state = @state, why = @why, guilty = @guilty, ended_at = @now, revision = revision + 1 WHERE id = @Id AND state = 'Running'",
            new { bisection.Id, state = state.ToString(), why, guilty = JsonSerializer.Serialize(guilty), now }) == 0) return false;
        if (state != BisectionState.Found) return true;
        var sentence = $"{bisection.Package} does not build in {bisection.Tag} because of {string.Join("; and because of ", ShowBisections.Named(updates, guilty))}.";
        foreach (var person in new[] { PackageOwner.Of(tx, bisection.TagId, bisection.Package), bisection.OwnerId }.OfType<long>().Distinct())
            Notify.Put(tx, person, NoticeKind.Guilty, sentence, $"/bisections/{bisection.Id}", now, bisection.TagId);
        return true;
    }, ct);

    /// <summary>Why the last probe that said nothing could not be built.</summary>
    string WhyOfUnresolved(long id) => database.Read(db => db.One<string>("SELECT why FROM bisection_probes WHERE bisection_id = @id AND result = 'Unresolved' ORDER BY id DESC LIMIT 1", new { id })) is { } why ? $" ({FirstLine.Of(why)})" : "";
}
