using System.Data;
using Skyline.Server.Storage;
using Skyline.Server.Told;

namespace Skyline.Server.Mail;

/// <summary>Writes people's letters of what they are to be told: one for all that has come together since the last. It ends at once where mail is off.</summary>
sealed class WriteLetters(Database database, Bells bells, Links links, Unsubscribe unsubscribe, SkylineSettings settings, TimeProvider time, ILogger<WriteLetters> log) : BackgroundService
{
    const int MostItems = 51;
    static readonly TimeSpan again = TimeSpan.FromSeconds(15), longest = TimeSpan.FromDays(1);

    sealed record Waiting
    {
        public long Person { get; init; }
        public bool Urgent { get; init; }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (WhyOff(settings) is { } why)
        {
            if (settings.Mail.IsOn) log.LogError("No mail is sent. {Why}", why);
            await database.Write(tx => tx.Execute("DELETE FROM mail_items"), stoppingToken);
            return;
        }
        while (!stoppingToken.IsCancellationRequested)
        {
            var bell = bells.Next(Bells.Notices);
            var wait = again;
            try
            {
                wait = await WriteDue(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                log.LogError(fault, "Letters could not be written yet");
            }
            await bells.Wait(bell, wait, stoppingToken);
        }
    }

    /// <returns>Null, or why people are not written to.</returns>
    public static string? WhyOff(SkylineSettings settings) =>
        !settings.Mail.IsOn ? "No mail server is set (Skyline:Mail:Host)."
        : settings.PublicUrl.Length == 0 ? "Mails hold links, so the server must know its own address (Skyline:PublicUrl)."
        : settings.Mail.From.Length == 0 ? "Nothing says who mails are from (Skyline:Mail:From)."
        : null;

    /// <returns>How long nothing else is due.</returns>
    async Task<TimeSpan> WriteDue(CancellationToken ct)
    {
        var (now, next) = (time.Stamp(), long.MaxValue);
        foreach (var one in database.Read(db => db.All<Waiting>("SELECT person_id AS Person, max(CASE kind WHEN 'security' THEN 1 ELSE 0 END) AS Urgent FROM mail_items GROUP BY person_id")))
        {
            var due = database.Read(db => MailAddress.Of(db, one.Person)) is { VerifiedAt: not null } to ? MailPace.NextAt(to, one.Urgent, now) : now;
            if (due > now) next = Math.Min(next, due);
            else if (await database.Write(tx => Write(tx, one.Person, now), ct)) bells.Ring(Bells.Deliveries);
        }
        return next == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Min(next - now, longest.TotalMilliseconds));
    }

    bool Write(IDbTransaction tx, long person, long now)
    {
        var (items, all) = (MailItem.Of(tx.Connection!, person, MostItems), tx.One<int>("SELECT count(*) FROM mail_items WHERE person_id = @person", new { person }));
        tx.Execute("DELETE FROM mail_items WHERE person_id = @person", new { person });
        if (items.Count == 0 || MailAddress.Of(tx.Connection!, person) is not { VerifiedAt: not null, Address: { } address } || !MayBeTold.Of(tx.Connection!, person)) return false;
        var link = items.All(item => item.Kind == MailKinds.Security) ? null : unsubscribe.Link(person, items.Select(item => item.Kind).Where(kind => kind != MailKinds.Security).Distinct() is var kinds && kinds.Count() == 1 ? kinds.Single() : Unsubscribe.All);
        Outbox.Put(tx, Letter.Of(address, items, all, links, link, now).InTheOutbox(), now);
        tx.Execute("UPDATE mail_addresses SET sent_at = @now, sent = CASE sent_day WHEN @day THEN sent + 1 ELSE 1 END, sent_day = @day WHERE person_id = @person", new { person, now, day = MailPace.Day(now) });
        return true;
    }
}
