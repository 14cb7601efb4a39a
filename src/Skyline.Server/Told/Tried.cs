using System.Data;
using Skyline.Server.Mail;
using Skyline.Server.Storage;

namespace Skyline.Server.Told;

/// <summary>What one try came to becomes the delivery's row.</summary>
static class Tried
{
    const long KeptFor = 7L * 86_400_000;
    const int MostSwept = 200;

    /// <param name="took">In milliseconds.</param>
    /// <returns>Whether somebody was told something of it: the caller rings <see cref="Bells.Notices"/>.</returns>
    public static bool Note(IDbTransaction tx, DueDelivery delivery, Answered answer, long took, long now, double chance)
    {
        var again = now + (long)Retry.After((int)delivery.Tries + 1, chance).TotalMilliseconds;
        var state = answer.Fate switch { Fate.Taken => "Delivered", Fate.Later when again < delivery.GivesUpAt => "Waiting", _ => "GivenUp" };
        // (What was asked for anew meanwhile stays as it is; what was replaced meanwhile, and was taken all the same, was delivered.)
        tx.Execute("""
            UPDATE deliveries SET state = @state, next_at = @next, tries = tries + 1, last_at = @now, last_status = @Status, last_answer = @Text, last_ms = @took, ended_at = @ended
            WHERE id = @Id AND tries = @Tries AND (state = 'Waiting' OR state = 'Replaced' AND @state = 'Delivered')
            """, new { delivery.Id, delivery.Tries, state, next = state == "Waiting" ? again : (long?)null, ended = state == "Waiting" ? (long?)null : now, answer.Status, answer.Text, took, now });
        if (answer.IsAway) GiveUpOld(tx, delivery.Receiver, now);
        Sweep(tx, now);
        MailRefused.Note(tx, delivery, answer);
        return delivery.WebhookId is { } hook && HookHealth.Note(tx, hook, answer, now);
    }

    /// <summary>What waited a day for a receiver that is not there was not even tried each: it is over all the same.</summary>
    static void GiveUpOld(IDbTransaction tx, string receiver, long now) => tx.Execute("""
        UPDATE deliveries SET state = 'GivenUp', next_at = NULL, ended_at = @now, last_answer = coalesce(last_answer, 'Its receiver was not there all day.') WHERE receiver = @receiver AND next_at IS NOT NULL AND gives_up_at < @now
        """, new { receiver, now });

    static void Sweep(IDbTransaction tx, long now) => tx.Execute("DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE ended_at < @old AND ended_at IS NOT NULL LIMIT @MostSwept)", new { old = now - KeptFor, MostSwept });
}
