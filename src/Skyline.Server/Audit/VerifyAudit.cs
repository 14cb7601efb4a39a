using System.Globalization;
using Skyline.Protocol;
using Skyline.Server.Settings;
using Skyline.Server.Storage;

namespace Skyline.Server.Audit;

/// <summary>`skyline-server verify-audit [--head NUMBER:HASH]`, on the host, whether the server runs or not: whether the audit log is what it was when it was written.</summary>
static class VerifyAudit
{
    public const string Command = "verify-audit";
    const int Damaged = 7;

    public static async Task<int> Run(string[] args, TextWriter output, TextWriter error)
    {
        var (settings, configuration) = ReadSettings.OnHost(args);
        var file = Path.Combine(settings.Data, "skyline.db");
        var given = configuration["head"];
        if (given is not null && Noted(given) is null) return await Say(error, $"A head is NUMBER:HASH, as the server's log and `skyline audit verify` say it; '{given}' is none.", 2);
        if (settings.Database.Length == 0 && !File.Exists(file)) return await Say(error, $"There is no database at {file}; Skyline__Data names the server's data folder.", 1);
        using var database = Database.Open(settings);
        var (head, fault) = ReadAudit.Verify(database, given is null ? null : Noted(given));
        return fault is null
            ? await Say(output, $"The audit log is whole: {head.Number} entries, head {head.Number}:{head.Hash}{(given is null ? "" : ", and the noted head is in it")}.", 0)
            : await Say(error, $"The audit log is not what it was. {fault} Up to {head.Number}:{head.Hash} it is good.", Damaged);
    }

    public static AuditHead? Noted(string text) =>
        text.Split(':') is [var number, { Length: 64 } hash] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && hash.All(char.IsAsciiHexDigitLower) ? new(given, hash) : null;

    static async Task<int> Say(TextWriter to, string sentence, int code)
    {
        await to.WriteLineAsync(sentence);
        return code;
    }
}
