using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Health;

/// <summary>What others are told, and what happens by the clock: mail, webhooks, schedules.</summary>
static class CheckTelling
{
    const long Patience = 15 * 60_000;

    sealed record Queue
    {
        public int Waiting { get; init; }
        public int Late { get; init; }
        public string? Answer { get; init; }
    }

    /// <param name="mailOff">Why no mail is sent; null: it is.</param>
    /// <param name="mailWanted">Whether the settings name a mail server.</param>
    public static IEnumerable<Finding> Look(IDbConnection db, string? mailOff, bool mailWanted, DateTimeOffset now)
    {
        yield return Mail(db, mailOff, mailWanted, now);
        yield return Webhooks(db, now);
        yield return Schedules(db, now);
    }

    static Finding Mail(IDbConnection db, string? off, bool wanted, DateTimeOffset now) => (off, wanted) switch
    {
        ({ } why, true) => new("mail", HealthState.Fault, $"No mail is sent. {why}", $"Set what it names: the page of settings says what it does, and where it is set.", "/settings?show=Mail#Mail:Host"),
        (_, false) => Finding.Ok("mail", $"No mail server is set, so nobody is sent mail.", "/settings?show=Mail#Mail:Host"),
        _ => Waiting(db, "Mail", now) switch
        {
            { Late: > 0 } late => new("mail", HealthState.Warning, $"Mail that has waited for more than a quarter of an hour: {late.Late}. The mail server's last answer: {Last(late)}", $"Each mail is tried for a day, and given up then. Look at the mail server's log, and at the settings of mail here.", "/settings?show=Mail#Mail:Host"),
            var queue => Finding.Ok("mail", $"People are sent mail. Mail that waits: {queue.Waiting}."),
        },
    };

    static Finding Webhooks(IDbConnection db, DateTimeOffset now)
    {
        var (queue, off) = (Waiting(db, "Webhook", now), db.One<int>("SELECT count(*) FROM webhooks WHERE disabled_at IS NOT NULL AND disabled_why IS NOT NULL"));
        return (queue, off) switch
        {
            ({ Late: > 0 }, _) => new("webhooks", HealthState.Warning, $"Deliveries of webhooks that have waited for more than a quarter of an hour: {queue.Late}. The last answer of a receiver: {Last(queue)}", $"Each is tried for a day, and given up then. A webhook's owner sees every try on its page, and can send it again there once the receiver answers."),
            (_, > 0) => new("webhooks", HealthState.Warning, $"Webhooks that were disabled because nobody took what they sent: {off}.", $"Their owners were told, and enable them on their pages once the receiver answers again."),
            _ => Finding.Ok("webhooks", $"Nothing is late. Deliveries that wait: {queue.Waiting}."),
        };
    }

    static FormattableString Last(Queue queue) => queue.Answer switch { null => $"none", var answer => $"{answer}" };

    static Queue Waiting(IDbConnection db, string kind, DateTimeOffset now) => db.One<Queue>("""
        SELECT count(*) AS Waiting, count(*) FILTER (WHERE created_at < @before AND tries > 0) AS Late,
          (SELECT last_answer FROM deliveries WHERE kind = @kind AND next_at IS NOT NULL AND tries > 0 ORDER BY last_at DESC LIMIT 1) AS Answer
        FROM deliveries WHERE kind = @kind AND next_at IS NOT NULL
        """, new { kind, before = now.ToUnixTimeMilliseconds() - Patience })!;

    static Finding Schedules(IDbConnection db, DateTimeOffset now)
    {
        var late = db.All<string>("SELECT name FROM schedules WHERE removed_at IS NULL AND paused = 0 AND next_at < @before ORDER BY name LIMIT 10", new { before = now.ToUnixTimeMilliseconds() - Patience });
        return late.Count > 0
            ? new("schedules", HealthState.Fault, $"What was to run by the clock has not run: {string.Join(", ", late)}.", $"What the server does by the clock stands still; its log says why. Restart the server, and what was missed runs then.", "/schedules")
            : Finding.Ok("schedules", $"None is late. Schedules that fire: {db.One<int>("SELECT count(*) FROM schedules WHERE removed_at IS NULL AND paused = 0")}.", "/schedules");
    }
}
