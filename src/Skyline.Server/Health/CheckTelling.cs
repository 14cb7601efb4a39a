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
        ({ } why, true) => new("mail", HealthState.Fault, $"No mail is sent. {why}", $"Mend the setting that it names; the page of settings says where it is set.", "/settings?show=Mail#Mail:Host"),
        (_, false) => Finding.Ok("mail", $"No mail server is set, so nobody is written to.", "/settings?show=Mail#Mail:Host"),
        _ => Waiting(db, "Mail", now) switch
        {
            { Late: > 0 } late => new("mail", HealthState.Warning, $"Letters that have waited for more than a quarter of an hour: {late.Late}. The mail server's last answer: {late.Answer ?? "none"}", $"They are tried for a day. Look at the mail server's log, and at the settings of mail.", "/settings?show=Mail#Mail:Host"),
            var queue => Finding.Ok("mail", $"People are written to; letters that wait: {queue.Waiting}."),
        },
    };

    static Finding Webhooks(IDbConnection db, DateTimeOffset now)
    {
        var (queue, off) = (Waiting(db, "Webhook", now), db.One<int>("SELECT count(*) FROM webhooks WHERE disabled_at IS NOT NULL AND disabled_why IS NOT NULL"));
        return (queue, off) switch
        {
            ({ Late: > 0 }, _) => new("webhooks", HealthState.Warning, $"Deliveries that have waited for more than a quarter of an hour: {queue.Late}. The last answer: {queue.Answer ?? "none"}", $"Each is tried for a day; its webhook's page has every try, and a button to send it again."),
            (_, > 0) => new("webhooks", HealthState.Warning, $"Webhooks that were switched off, for nobody took what they sent: {off}.", $"Their owners are told, and switch them on again on their page."),
            _ => Finding.Ok("webhooks", $"Nothing is late; deliveries that wait: {queue.Waiting}."),
        };
    }

    static Queue Waiting(IDbConnection db, string kind, DateTimeOffset now) => db.One<Queue>("""
        SELECT count(*) AS Waiting, count(*) FILTER (WHERE created_at < @before AND tries > 0) AS Late,
          (SELECT last_answer FROM deliveries WHERE kind = @kind AND next_at IS NOT NULL AND tries > 0 ORDER BY last_at DESC LIMIT 1) AS Answer
        FROM deliveries WHERE kind = @kind AND next_at IS NOT NULL
        """, new { kind, before = now.ToUnixTimeMilliseconds() - Patience })!;

    static Finding Schedules(IDbConnection db, DateTimeOffset now)
    {
        var late = db.All<string>("SELECT name FROM schedules WHERE removed_at IS NULL AND paused = 0 AND next_at < @before ORDER BY name LIMIT 10", new { before = now.ToUnixTimeMilliseconds() - Patience });
        return late.Count > 0
            ? new("schedules", HealthState.Fault, $"What was to run by the clock has not run: {string.Join(", ", late)}.", $"The server's clock does not fire. Its log says why; a restart starts it anew, and what was missed runs then.", "/schedules")
            : Finding.Ok("schedules", $"None is late; those that are on: {db.One<int>("SELECT count(*) FROM schedules WHERE removed_at IS NULL AND paused = 0")}.", "/schedules");
    }
}
