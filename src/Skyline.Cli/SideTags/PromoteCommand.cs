using System.CommandLine;
using Skyline.Cli.Tags;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.SideTags;

/// <summary>`skyline side-tag promote`: all or nothing, and with --preview only which rules hold.</summary>
static class PromoteCommand
{
    public static Command Make(GlobalOptions global)
    {
        var name = SideTagCommand.Name();
        var to = new Option<string?>("--to") { Description = "Into this tag (default: the destination of the target that it is beside)", HelpName = "TAG" };
        var older = new Option<bool>("--allow-older") { Description = "Also where the tag holds a newer build of a package" };
        var skip = new Option<bool>("--skip-install-check") { Description = "Without asking dnf whether all can be installed; for administrators" };
        var preview = new Option<bool>("--preview") { Description = "Only show which rules hold, and what would change for whom installs" };
        var command = new Command("promote", "Bring all that a side tag has into another tag at once, if every rule holds") { name, to, older, skip, preview };
        global.Does(command, async (parsed, session, ct) => Shown(session, await session.Client.PromoteSideTag(parsed.GetRequiredValue(name),
            new(parsed.GetValue(to), parsed.GetValue(older), parsed.GetValue(skip)), parsed.GetValue(preview), ct)));
        return command;
    }

    static ExitCode Shown(Session session, SideTagPromotion outcome)
    {
        session.Screen.Result(outcome, SkylineJson.Default.SideTagPromotion, to =>
        {
            to.WriteLine(!outcome.Preview ? $"Promoted into {Untrusted.Line(outcome.Into)}: {Untrusted.Line(string.Join(' ', outcome.Builds))}"
                : outcome.Passes ? $"Nothing has been done. These would be promoted into {Untrusted.Line(outcome.Into)}: {Untrusted.Line(string.Join(' ', outcome.Builds))}"
                : $"Nothing has been done, and these could not be promoted into {Untrusted.Line(outcome.Into)} now: {Untrusted.Line(string.Join(' ', outcome.Builds))}");
            foreach (var gate in outcome.Gates)
            {
                to.WriteLine($"  {(gate.Skipped ? "skipped" : gate.Passed ? "passes " : "FAILS  ")} {Untrusted.Line(gate.Rule)}: {Untrusted.Line(gate.Says)}");
                foreach (var line in gate.Details) to.WriteLine($"            {Untrusted.Line(line)}");
            }
            if (outcome.Repositories.Count > 0) ShowChanges.Write(to, outcome.Repositories);
        });
        return outcome.Passes ? ExitCode.Ok : ExitCode.Refused;
    }
}
