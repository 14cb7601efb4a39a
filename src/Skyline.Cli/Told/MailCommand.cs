using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Told;

/// <summary>`skyline mail show|address|choose|end`: where whoever asks is written to, and about what.</summary>
static class MailCommand
{
    public static Command Make(GlobalOptions global) => new("mail", "Choose where you are written to, and about what") { ShowCommand(global), AddressCommand(global), ChooseCommand(global), EndCommand(global) };

    static Command ShowCommand(GlobalOptions global)
    {
        var command = new Command("show", "Show where you are written to, and about what");
        global.Does(command, async (_, session, ct) => Tell(session, await session.Client.Mail(ct)));
        return command;
    }

    static Command AddressCommand(GlobalOptions global)
    {
        var address = new Argument<string>("ADDRESS") { Description = "As ann@example.org" };
        var command = new Command("address", "Have a link sent to an address; once you open it, you are written to there") { address };
        global.Does(command, async (parsed, session, ct) => Tell(session, await session.Client.AskForMail(new(parsed.GetRequiredValue(address)), ct)));
        return command;
    }

    static Command ChooseCommand(GlobalOptions global)
    {
        var about = new Option<string[]>("--about") { Description = "build-failed, build-succeeded, package-fails, side-tag-expires, approval, token-expires, webhook-disabled (can be given several times; without it: none of them)", HelpName = "KIND" };
        var command = new Command("choose", "Choose what you are written to about; what concerns the security of your account always is") { about };
        global.Does(command, async (parsed, session, ct) => Tell(session, await session.Client.ChooseMail(new(parsed.GetValue(about) ?? []), ct)));
        return command;
    }

    static Command EndCommand(GlobalOptions global)
    {
        var command = new Command("end", "Be written to no more");
        global.Does(command, async (_, session, ct) =>
        {
            await session.Client.EndMail(ct);
            session.Screen.Say("You are written to no more.");
            return ExitCode.Ok;
        });
        return command;
    }

    static ExitCode Tell(Session session, MailState state)
    {
        session.Screen.Result(state, SkylineJson.Default.MailState, to =>
        {
            if (!state.On) to.WriteLine("This server sends no mail.");
            if (state.Refused is { } refused) to.WriteLine(Untrusted.Line(refused));
            to.WriteLine(Untrusted.Line($"Address  {state.Address ?? "none"}"));
            if (state.Asked is { } asked) to.WriteLine(Untrusted.Line($"Asked    {asked}: open the link that was sent there"));
            to.WriteLine(Untrusted.Line($"About    {string.Join(", ", state.Kinds.Append("security"))}"));
        });
        return ExitCode.Ok;
    }
}
