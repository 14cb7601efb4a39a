using System.CommandLine;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builders;

/// <summary>`skyline builder list|show|add|edit|drain|disable|enable|remove|channel`.</summary>
static class BuilderCommand
{
    public static Command Make(GlobalOptions global) =>
        new("builder", "Look at and enrol builders: machines that build")
        {
            ListCommand(global), ShowCommand(global), EnrolCommand.Make(global), EditCommand(global),
            SwitchCommand(global, "drain", "Give a builder no more work, and say when it has finished what it builds", (client, name, reason, ct) => client.DrainBuilder(name, reason, ct)),
            SwitchCommand(global, "disable", "Give a builder no more work; what it is building it may finish", (client, name, reason, ct) => client.SetBuilderEnabled(name, false, ct, reason)),
            EnableCommand(global), RemoveCommand(global), ChannelCommand.MakeOfBuilder(global),
        };

    static Command ListCommand(GlobalOptions global)
    {
        var command = new Command("list", "List the builders");
        global.Does(command, async (_, session, ct) => List(session, await session.Client.Builders(ct)));
        return command;
    }

    static Command ShowCommand(GlobalOptions global)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the builder" };
        var command = new Command("show", "Show a builder: what machine it is, what it builds and built, why it gets no work") { name };
        global.Does(command, async (parsed, session, ct) => Show(session, await session.Client.Builder(parsed.GetRequiredValue(name), ct)));
        return command;
    }

    static Command EditCommand(GlobalOptions global)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the builder" };
        var weight = new Option<int>("--weight") { Description = "1 to 100 (usual: 10): of the builders that wait for work, those with more are asked first", HelpName = "N", Required = true };
        var command = new Command("edit", "Give a builder another weight") { name, weight };
        global.Does(command, async (parsed, session, ct) =>
            Show(session, await session.Client.EditBuilder(parsed.GetRequiredValue(name), new BuilderEdit(parsed.GetValue(weight)), ct)));
        return command;
    }

    static Command SwitchCommand(GlobalOptions global, string verb, string description, Func<SkylineClient, string, string?, CancellationToken, Task> act)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the builder" };
        var reason = new Option<string?>("--reason") { Description = "Why; shown with the builder", HelpName = "TEXT" };
        var command = new Command(verb, description) { name, reason };
        global.Does(command, (parsed, session, ct) => Switch(session, parsed.GetRequiredValue(name), wanted => act(session.Client, wanted, parsed.GetValue(reason), ct), ct));
        return command;
    }

    static Command EnableCommand(GlobalOptions global)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the builder" };
        var command = new Command("enable", "Give a builder work again") { name };
        global.Does(command, (parsed, session, ct) => Switch(session, parsed.GetRequiredValue(name), wanted => session.Client.SetBuilderEnabled(wanted, true, ct), ct));
        return command;
    }

    static Command RemoveCommand(GlobalOptions global)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the builder" };
        var command = new Command("remove", "Let a builder in no more; what it built stays") { name };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.RemoveBuilder(parsed.GetRequiredValue(name), ct);
            session.Screen.Say($"Builder {Untrusted.Line(parsed.GetRequiredValue(name))} is let in no more; stop its agent.");
            return ExitCode.Ok;
        });
        return command;
    }

    static async Task<ExitCode> Switch(Session session, string name, Func<string, Task> act, CancellationToken ct)
    {
        await act(name);
        return List(session, [.. (await session.Client.Builders(ct)).Where(builder => builder.Name == name)]);
    }

    static ExitCode Show(Session session, BuilderDetails builder)
    {
        session.Screen.Result(builder, SkylineJson.Default.BuilderDetails, to => ShowBuilder.Write(to, builder, session.Time));
        return ExitCode.Ok;
    }

    static ExitCode List(Session session, IReadOnlyList<BuilderSummary> builders)
    {
        session.Screen.Result(builders, SkylineJson.Default.IReadOnlyListBuilderSummary, to => Table.Write(to,
            ["BUILDER", "OWNER", "STATE", "ARCHES", "CHANNELS", "ISOLATION", "VERSION", "SEEN", "RUNNING"],
            builders.Select(builder => (string?[])[builder.Name, builder.Owner, builder.State.ToString().ToLowerInvariant(), string.Join(' ', builder.Arches), string.Join(' ', builder.Channels ?? []),
                builder.Isolation ?? "-", builder.Version ?? "-", builder.LastSeenAt is { } seen ? Amounts.Ago(session.Time.GetUtcNow() - seen) : "never", $"{builder.Running}/{builder.Slots}"])));
        foreach (var builder in builders.Where(builder => builder.NoWork is not null || builder.Notice is not null))
            session.Screen.Warn(Untrusted.Line($"{builder.Name}: {string.Join(' ', new[] { builder.NoWork, builder.Notice }.OfType<string>())}"));
        return ExitCode.Ok;
    }
}
