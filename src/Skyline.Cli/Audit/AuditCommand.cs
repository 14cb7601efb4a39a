using System.CommandLine;
using System.Globalization;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Audit;

/// <summary>`skyline audit list|export|verify`: who changed what.</summary>
static class AuditCommand
{
    public static Command Make(GlobalOptions global) => new("audit", "Look at who changed what, take it along, and see whether it is still what was written") { ListCommand(global), ExportCommand(global), VerifyCommand(global) };

    static Command ListCommand(GlobalOptions global)
    {
        var who = new Option<string?>("--who") { Description = "Only what this person, builder or host user did", HelpName = "NAME" };
        var thing = new Option<string?>("--thing") { Description = "Only what was done to this: a name, or what it is and its name (\"tag fedora-43\")", HelpName = "THING" };
        var since = new Option<string?>("--since") { Description = "Only what was done then or later, such as 2026-11-03T14:30:00Z or a day, in UTC", HelpName = "TIME" };
        var limit = new Option<int>("--limit") { Description = "How many, at most 500 (default: 50)", HelpName = "N", DefaultValueFactory = _ => 50 };
        var before = new Option<long?>("--before") { Description = "Only entries before this number, to read on", HelpName = "NUMBER" };
        var command = new Command("list", "List changes, the newest first") { who, thing, since, limit, before };
        global.Does(command, async (parsed, session, ct) =>
        {
            var page = await session.Client.Audit(parsed.GetValue(who), parsed.GetValue(thing), parsed.GetValue(since), parsed.GetValue(before), parsed.GetValue(limit), ct);
            session.Screen.Result(page, SkylineJson.Default.AuditPage, to => Table.Write(to, ["NUMBER", "AT", "WHO", "THING", "DID", "FROM"],
                page.Entries.Select(entry => (string?[])[entry.Number.ToString(CultureInfo.InvariantCulture), entry.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                    entry.Kind == "person" ? entry.Who : $"{entry.Who} ({entry.Kind})", entry.Thing, entry.Act, entry.Address ?? ""])));
            if (page.Before is { } next) session.Screen.Say($"There are earlier ones: --before {next}");
            return ExitCode.Ok;
        });
        return command;
    }

    static Command ExportCommand(GlobalOptions global)
    {
        var command = new Command("export", "Write the whole log to standard output, a JSON object a line, from the first change on");
        global.Does(command, async (_, session, ct) =>
        {
            session.Screen.DocumentBegun();
            await foreach (var line in session.Client.ExportAudit(ct)) await session.Screen.Out.WriteLineAsync(line.AsMemory(), ct);
            return ExitCode.Ok;
        });
        return command;
    }

    static Command VerifyCommand(GlobalOptions global)
    {
        var file = new Argument<string?>("FILE") { Description = "What `skyline audit export` wrote; without one, what the server has", Arity = ArgumentArity.ZeroOrOne };
        var head = new Option<string?>("--head") { Description = "A head that was noted before: the log must have it", HelpName = "NUMBER:HASH" };
        var command = new Command("verify", "See whether the log is still what was written: nothing changed, removed, put in or reordered") { file, head };
        global.Does(command, async (parsed, session, ct) =>
        {
            var given = parsed.GetValue(head);
            var noted = given is null ? null : Noted(given) ?? throw new StopException(ExitCode.Usage, $"'{given}' is no head: a number, a colon and 64 letters of a hash.");
            var (lines, last) = parsed.GetValue(file) is { } kept ? (Lines(kept, ct), (AuditHead?)null) : (session.Client.ExportAudit(ct), await session.Client.AuditHead(ct));
            return await Verify(session, lines, noted, last, ct);
        });
        return command;
    }

    /// <param name="last">What the server said its end was, before it was read; null: nobody said.</param>
    static async Task<ExitCode> Verify(Session session, IAsyncEnumerable<string> lines, AuditHead? noted, AuditHead? last, CancellationToken ct)
    {
        var chain = new AuditChain();
        var (fault, seen) = ((string?)null, new List<AuditHead>());
        await foreach (var line in lines.WithCancellation(ct))
        {
            if ((fault = chain.Add(line)) is not null) break;
            if (chain.Number == noted?.Number || chain.Number == last?.Number) seen.Add(new(chain.Number, chain.Head));
        }
        foreach (var wanted in new[] { noted, last }.OfType<AuditHead>().Where(wanted => wanted.Number > 0))
            fault ??= seen.Find(one => one.Number == wanted.Number) is not { } found ? $"The log ends with entry {chain.Number}, and there were {wanted.Number}: its end was cut off."
                : found.Hash != wanted.Hash ? $"Entry {wanted.Number} has another hash than the one that was noted: the log, or its beginning, was written anew." : null;
        session.Screen.Result(new AuditHead(chain.Number, chain.Head), SkylineJson.Default.AuditHead, to => to.WriteLine(fault is null
            ? $"The audit log is whole: {chain.Number} entries, head {chain.Number}:{chain.Head}" : $"Up to {chain.Number}:{chain.Head} the audit log is good."));
        return fault is null ? ExitCode.Ok : throw new StopException(ExitCode.Damaged, $"The audit log is not what it was. {fault}");
    }

    static async IAsyncEnumerable<string> Lines(string file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        using var reader = new StreamReader(GivenFile.Open(file));
        while (await reader.ReadLineAsync(ct) is { } line) yield return line;
    }

    static AuditHead? Noted(string text) =>
        text.Split(':') is [var number, { Length: 64 } hash] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && hash.All(char.IsAsciiHexDigitLower) ? new(given, hash) : null;
}
