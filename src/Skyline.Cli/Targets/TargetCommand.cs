using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Targets;

/// <summary>`skyline target list|show|create|edit|remove`.</summary>
static class TargetCommand
{
    public static Command Make(GlobalOptions global) =>
        new("target", "Look at and make targets: where builds take their buildroot from, and where they go") { ListCommand(global), ShowCommand(global), CreateCommand(global), EditCommand(global), RemoveCommand(global) };

    static Command ListCommand(GlobalOptions global)
    {
        var command = new Command("list", "List the targets");
        global.Does(command, async (_, session, ct) =>
        {
            var targets = await session.Client.Targets(ct);
            session.Screen.Result(targets, SkylineJson.Default.IReadOnlyListTargetDetails, to => Write(to, targets));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command ShowCommand(GlobalOptions global)
    {
        var name = new Argument<string>("TARGET") { Description = "Name of the target" };
        var command = new Command("show", "Show a target") { name };
        global.Does(command, async (parsed, session, ct) =>
        {
            var wanted = parsed.GetRequiredValue(name);
            var target = (await session.Client.Targets(ct)).FirstOrDefault(target => target.Name == wanted)
                ?? throw new StopException(ExitCode.Refused, $"There is no target {wanted}; see: skyline target list");
            return Show(session, target);
        });
        return command;
    }

    static Command CreateCommand(GlobalOptions global)
    {
        var name = new Argument<string>("TARGET") { Description = "Name of the new target" };
        var buildTag = new Option<string>("--build-tag") { Description = "The tag that buildroots are made of", HelpName = "TAG", Required = true };
        var destination = new Option<string?>("--destination") { Description = "The tag that results go to (default: the build tag)", HelpName = "TAG" };
        var channel = new Option<string?>("--channel") { Description = "The channel whose builders get its builds (default: default)", HelpName = "CHANNEL" };
        var command = new Command("create", "Make a target") { name, buildTag, destination, channel };
        global.Does(command, async (parsed, session, ct) =>
        {
            var from = parsed.GetRequiredValue(buildTag);
            return Show(session, await session.Client.CreateTarget(new NewTarget(parsed.GetRequiredValue(name), from, parsed.GetValue(destination) ?? from, parsed.GetValue(channel)), ct));
        });
        return command;
    }

    static Command EditCommand(GlobalOptions global)
    {
        var name = new Argument<string>("TARGET") { Description = "Name of the target" };
        var channel = new Option<string?>("--channel") { Description = "The channel whose builders get its builds from now on", HelpName = "CHANNEL" };
        var buildTag = new Option<string?>("--build-tag") { Description = "The tag that buildroots are made of from now on", HelpName = "TAG" };
        var destination = new Option<string?>("--destination") { Description = "The tag that results go to from now on", HelpName = "TAG" };
        var command = new Command("edit", "Give a target another channel, build tag or destination") { name, channel, buildTag, destination };
        command.Validators.Add(given =>
        {
            if (given.GetResult(channel) is null && given.GetResult(buildTag) is null && given.GetResult(destination) is null) given.AddError("Give --channel, --build-tag or --destination.");
        });
        global.Does(command, async (parsed, session, ct) =>
            Show(session, await session.Client.EditTarget(parsed.GetRequiredValue(name), new TargetEdit(parsed.GetValue(channel), parsed.GetValue(buildTag), parsed.GetValue(destination)), ct)));
        return command;
    }

    static Command RemoveCommand(GlobalOptions global)
    {
        var name = new Argument<string>("TARGET") { Description = "Name of the target" };
        var command = new Command("remove", "Remove a target that nothing is being built for; its builds stay") { name };
        global.Does(command, async (parsed, session, ct) =>
        {
            var gone = parsed.GetRequiredValue(name);
            await session.Client.RemoveTarget(gone, ct);
            session.Screen.Result(await session.Client.Targets(ct), SkylineJson.Default.IReadOnlyListTargetDetails, to => to.WriteLine($"Target {Untrusted.Line(gone)} is removed."));
            return ExitCode.Ok;
        });
        return command;
    }

    static ExitCode Show(Session session, TargetDetails target)
    {
        session.Screen.Result(target, SkylineJson.Default.TargetDetails, to => Write(to, [target]));
        return ExitCode.Ok;
    }

    static void Write(TextWriter to, IReadOnlyList<TargetDetails> targets) => Table.Write(to,
        ["TARGET", "BUILD TAG", "DESTINATION", "CHANNEL"], targets.Select(target => (string?[])[target.Name, target.BuildTag, target.DestinationTag, target.Channel ?? "-"]));
}
