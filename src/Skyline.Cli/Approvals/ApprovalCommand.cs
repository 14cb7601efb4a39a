using System.CommandLine;
using System.Globalization;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Approvals;

/// <summary>`skyline approval list|show|approve|refuse|withdraw|wait`: what waits for a second person.</summary>
static class ApprovalCommand
{
    public static Command Make(GlobalOptions global) => new("approval", "Look at what waits for a second person, and agree or refuse")
    {
        ListCommand(global), ShowCommand(global), ApproveCommand(global), RefuseCommand(global), WithdrawCommand(global), WaitCommand(global),
    };

    static Argument<long> Number() => new("NUMBER") { Description = "Its number in `skyline approval list`" };

    static Command ListCommand(GlobalOptions global)
    {
        var all = new Option<bool>("--all") { Description = "Those that are decided too" };
        var limit = new Option<int>("--limit") { Description = "How many at most", HelpName = "N", DefaultValueFactory = _ => 50 };
        var command = new Command("list", "List what waits for a second person, the newest first") { all, limit };
        global.Does(command, async (parsed, session, ct) =>
        {
            var page = await session.Client.Approvals(!parsed.GetValue(all), null, parsed.GetValue(limit), ct);
            session.Screen.Result(page, SkylineJson.Default.ApprovalPage, to => Table.Write(to, ["NUMBER", "STATE", "TAGS", "BY", "UNTIL", "WHAT"],
                page.Approvals.Select(one => (string?[])[one.Id.ToString(CultureInfo.InvariantCulture), one.State.ToString().ToLowerInvariant(), string.Join(' ', one.Tags), one.MadeBy,
                    one.ExpiresAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), one.Act])));
            if (page.Approvals.Count == 0) session.Screen.Say("Nothing waits for a second person.");
            return ExitCode.Ok;
        });
        return command;
    }

    static Command ShowCommand(GlobalOptions global)
    {
        var number = Number();
        var from = new Option<int>("--from") { Description = "Begin the difference with this package of it, counted from 0", HelpName = "N" };
        var command = new Command("show", "Show what differs: files, scriptlets, dependencies, spec and sources, against what is in the tag now; and the digest of it all") { number, from };
        global.Does(command, async (parsed, session, ct) =>
        {
            var id = parsed.GetRequiredValue(number);
            var details = await session.Client.Approval(id, ct);
            var difference = await session.Client.ApprovalDifference(id, ct, parsed.GetValue(from));
            session.Screen.Result(new(details, difference), CliJson.Default.ApprovalDocument, to => ShowApproval.Write(to, details, difference));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command ApproveCommand(GlobalOptions global)
    {
        var number = Number();
        var digest = new Option<string>("--digest") { Description = "Of what you saw, as `skyline approval show` tells it", HelpName = "DIGEST", Required = true };
        var command = new Command("approve", "Agree to what you saw, as a second person: it is done at once") { number, digest };
        global.Does(command, async (parsed, session, ct) => Tell(session, await session.Client.Approve(parsed.GetRequiredValue(number), parsed.GetRequiredValue(digest), ct)));
        return command;
    }

    static Command RefuseCommand(GlobalOptions global)
    {
        var number = Number();
        var reason = new Option<string>("--reason") { Description = "Why not: who asked for it is told", HelpName = "TEXT", Required = true };
        var command = new Command("refuse", "Refuse it") { number, reason };
        global.Does(command, async (parsed, session, ct) => Tell(session, await session.Client.Refuse(parsed.GetRequiredValue(number), parsed.GetRequiredValue(reason), ct), ApprovalState.Refused));
        return command;
    }

    static Command WithdrawCommand(GlobalOptions global)
    {
        var number = Number();
        var command = new Command("withdraw", "Take back what you asked for") { number };
        global.Does(command, async (parsed, session, ct) => Tell(session, await session.Client.Withdraw(parsed.GetRequiredValue(number), ct), ApprovalState.Withdrawn));
        return command;
    }

    static Command WaitCommand(GlobalOptions global)
    {
        var number = Number();
        var command = new Command("wait", "Wait until it is decided; ends with 0 if somebody agreed") { number };
        global.Does(command, (parsed, session, ct) => WaitFor(session, parsed.GetRequiredValue(number), ct));
        return command;
    }

    const int Hold = 50;

    /// <summary>The server wakes us.</summary>
    public static async Task<ExitCode> WaitFor(Session session, long id, CancellationToken ct)
    {
        var now = await session.Client.Approval(id, ct);
        while (now.Approval.State == ApprovalState.Waiting && now.Approval.ExpiresAt > session.Time.GetUtcNow()) now = await session.Client.Approval(id, ct, now.Approval.Revision, Hold);
        return Tell(session, now);
    }

    /// <param name="wanted">What it was to come to.</param>
    static ExitCode Tell(Session session, ApprovalDetails details, ApprovalState wanted = ApprovalState.Done)
    {
        session.Screen.Result(details, SkylineJson.Default.ApprovalDetails, to => to.WriteLine(Untrusted.Line(ShowApproval.Sentence(details.Approval))));
        return details.Approval.State == wanted ? ExitCode.Ok : ExitCode.Refused;
    }
}
