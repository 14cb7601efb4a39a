using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Notices;
using Skyline.Server.Storage;

namespace Skyline.Server.Told;

/// <summary>A webhook that has taken nothing for days, or says that it is gone, is not asked any more; its owner is told.</summary>
static class HookHealth
{
    static readonly TimeSpan patience = TimeSpan.FromDays(3);

    /// <returns>Whether its owner was told something: the caller rings <see cref="Bells.Notices"/>.</returns>
    public static bool Note(IDbTransaction tx, long hook, Answered answer, long now)
    {
        if (answer.Fate == Fate.Taken)
        {
            tx.Execute("UPDATE webhooks SET failing_since = NULL WHERE id = @hook AND failing_since IS NOT NULL", new { hook });
            return false;
        }
        tx.Execute("UPDATE webhooks SET failing_since = @now WHERE id = @hook AND failing_since IS NULL", new { hook, now });
        if (WebhookRow.Find(tx.Connection!, hook) is not { DisabledAt: null } row) return false;
        var why = answer.Status == 410 ? "it answered 410 Gone." : row.FailingSince < now - (long)patience.TotalMilliseconds ? $"it has taken nothing for {patience.TotalDays:0} days." : null;
        if (why is null) return false;
        WriteWebhooks.Disable(tx, hook, why, now);
        tx.Note("disabled", $"webhook {hook}", after: new { why }, id: hook);
        Notify.Put(tx, row.OwnerId, NoticeKind.WebhookDisabled, $"Webhook {hook}{(row.Note is { Length: > 0 } note ? $" ({note})" : "")} is sent nothing any more: {why} Enable it when it is back: skyline webhook enable {hook}.", $"/me/webhooks/{hook}", now);
        return true;
    }
}
