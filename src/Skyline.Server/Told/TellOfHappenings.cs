using System.Data;
using Skyline.Server.Mail;
using Skyline.Server.Storage;

namespace Skyline.Server.Told;

/// <summary>
/// Makes of what happened what is to be sent: a delivery for each webhook that asked to be told, a line of a mail for whose build it is. A happening goes in the transaction in which
/// its deliveries come, so each is told of, and no report or publish waits for that.
/// </summary>
sealed class TellOfHappenings(Database database, Bells bells, Links links, SkylineSettings settings, TimeProvider time, ILogger<TellOfHappenings> log) : BackgroundService
{
    const int AtOnce = 50;
    readonly bool mails = WriteLetters.WhyOff(settings) is null;
    static readonly TimeSpan again = TimeSpan.FromSeconds(15), breath = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Task[] rings = [bells.Next(Bells.Happenings), bells.Next(Bells.Builds), bells.Next(Bells.Tags), bells.Next(Bells.Snapshots), bells.Next(Bells.Batches)];
            var (stuck, asked) = (false, false);
            try
            {
                asked = database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM wanted_events)"));
                while (asked && await TellSome(stoppingToken)) { }
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                stuck = true;
                log.LogError(fault, "What happened could not be told yet");
            }
            // Where nobody asked to be told of anything, only that may change.
            await bells.WaitAny(asked || stuck ? rings : rings[..1], stuck ? again : Timeout.InfiniteTimeSpan, stoppingToken);
            await Task.Delay(breath, time, stoppingToken);
        }
    }

    /// <returns>Whether there may be more.</returns>
    async Task<bool> TellSome(CancellationToken ct)
    {
        var (some, told, mine) = database.Read(db =>
        {
            var some = Happening.Oldest(db, AtOnce);
            var read = some.Select(one => (Happening: one, Told: one.Read(db, links, settings))).Where(one => one.Told is not null).ToList();
            return (some, read.SelectMany(one => Deliveries(db, one.Happening, one.Told!)).ToList(), read.Select(one => OfMyBuild.Of(db, one.Happening, one.Told!)).OfType<OfMyBuild>().ToList());
        });
        if (some.Count == 0) return false;
        await database.Write(tx =>
        {
            foreach (var delivery in told.Where(one => tx.One<bool>("SELECT EXISTS (SELECT 1 FROM webhooks WHERE id = @Webhook AND disabled_at IS NULL)", new { one.Webhook }))) Outbox.Put(tx, delivery, time.Stamp());
            if (mails) foreach (var one in mine) MailItem.Put(tx, one.Person, one.Kind, one.Sentence, one.Link, time.Stamp());
            tx.Execute("DELETE FROM happenings WHERE id <= @last", new { last = some[^1].Id });
        }, ct);
        if (told.Count > 0) bells.Ring(Bells.Deliveries);
        if (mails && mine.Count > 0) bells.Ring(Bells.Notices);
        return some.Count == AtOnce;
    }

    IEnumerable<Delivery> Deliveries(IDbConnection db, Happening one, Telling told)
    {
        var message = new Skyline.Protocol.WebhookMessage(one.Event, (one.At ?? time.Stamp()).ToTime(), links.Server, told.Data);
        return [.. WebhookRow.Wanting(db, one.Event, told.OwnerId, told.TagId).Where(hook => MayBeTold.Of(db, hook.OwnerId, told.TagId, told.BuildTagId) && MayBeTold.All(db, hook)).Select(hook => Ping.ToHook(hook, message))];
    }
}
