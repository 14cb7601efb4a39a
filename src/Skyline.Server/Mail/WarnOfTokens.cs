using Quartz;
using Skyline.Protocol;
using Skyline.Server.Notices;
using Skyline.Server.Storage;

namespace Skyline.Server.Mail;

/// <summary>Every morning: whose tokens are over within a week is told, once a token.</summary>
[DisallowConcurrentExecution]
public sealed class WarnOfTokens(Database database, Bells bells, TimeProvider time) : IJob
{
    public const string Cron = "0 40 6 * * ?";
    static readonly TimeSpan ahead = TimeSpan.FromDays(7);

    sealed record Ending(long Person, string Name, long ExpiresAt);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await Run(cancellationToken);

    public async Task Run(CancellationToken ct)
    {
        var told = await database.Write(tx =>
        {
            var now = time.Stamp();
            var ending = tx.All<Ending>("""
                UPDATE tokens SET told_end = @now WHERE user_id IS NOT NULL AND revoked_at IS NULL AND told_end IS NULL AND expires_at > @now AND expires_at < @soon
                RETURNING user_id AS Person, name AS Name, expires_at AS ExpiresAt
                """, new { now, soon = now + (long)ahead.TotalMilliseconds });
            foreach (var token in ending)
                Notify.Put(tx, token.Person, NoticeKind.TokenExpires, $"Your token '{token.Name}' is good until {token.ExpiresAt.ToTime():yyyy-MM-dd HH:mm} UTC; make another one before: skyline token create NAME --scope SCOPE.", "/me/tokens", now);
            return ending.Count;
        }, ct);
        if (told > 0) bells.Ring(Bells.Notices);
    }
}
