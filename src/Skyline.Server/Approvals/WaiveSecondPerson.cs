using System.Globalization;
using Skyline.Server.Audit;
using Skyline.Server.Settings;
using Skyline.Server.Storage;

namespace Skyline.Server.Approvals;

/// <summary>
/// `skyline-server waive-second-person NUMBER --reason "…"`, on the host: a lone administrator may agree to this one thing that they asked for themselves. For this one alone, and
/// loudly: in the audit log, and as a notice to every administrator.
/// </summary>
static class WaiveSecondPerson
{
    public const string Command = "waive-second-person";

    public static async Task<int> Run(string[] args, TextWriter output, TextWriter error)
    {
        var (settings, configuration) = ReadSettings.OnHost([.. args.Skip(1)]);
        var (file, reason) = (Path.Combine(settings.Data, "skyline.db"), configuration["reason"]?.Trim());
        if (args is not [var text, ..] || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || reason is not { Length: > 0 and <= 500 })
            return await Say(error, $"Which, and why? skyline-server {Command} NUMBER --reason \"…\"; `skyline approval list` has the numbers.", 2);
        if (settings.Database.Length == 0 && !File.Exists(file)) return await Say(error, $"There is no database at {file}; Skyline__Data names the server's data folder.", 1);
        using var database = Database.Open(settings);
        var (now, actor) = (TimeProvider.System.Stamp(), Actor.OnHost(Command));
        Actor.Current = actor;
        var act = await database.Write(tx =>
        {
            if (tx.Execute("UPDATE approvals SET waived_at = @now, waived_why = @reason, revision = revision + 1 WHERE id = @id AND state = 'Waiting' AND expires_at > @now", new { id, now, reason }) == 0) return null;
            var row = ApprovalRow.Find(tx.Connection!, id)!;
            tx.Note("SECOND PERSON WAIVED on the host", $"approval {id}", null, new { row.Act, reason }, id);
            foreach (var admin in tx.All<long>("SELECT id FROM users WHERE role = 'admin' AND disabled_at IS NULL LIMIT 100"))
                Notices.Notify.Put(tx, admin, Protocol.NoticeKind.Approval, $"{actor.Name} said on the host that approval {id} needs no second person ({row.Act}): {reason}", $"/approvals/{id}", now);
            return row.Act;
        });
        return act is null ? await Say(error, $"Approval {id} does not wait, so there is nothing to waive.", 1)
            : await Say(output, $"Approval {id} needs no second person ({act}). Who asked for it may agree themselves: skyline approval show {id} says how. Everybody who looks at the audit log sees that.", 0);
    }

    static async Task<int> Say(TextWriter to, string sentence, int code)
    {
        await to.WriteLineAsync(sentence);
        return code;
    }
}
