using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builders;

/// <summary>`skyline channel list|create|remove`, `skyline builder channel add|remove`.</summary>
static class ChannelCommand
{
    public static Command Make(GlobalOptions global) =>
        new("channel", "Look at and make channels: named sets of builders") { ListCommand(global), CreateCommand(global), RemoveCommand(global) };

    /// <summary>Below `skyline builder`.</summary>
    public static Command MakeOfBuilder(GlobalOptions global) => new("channel", "Put a builder into a channel, or take it out")
    {
        MemberCommand(global, "add", "Put a builder into a channel: it gets the builds of the channel's targets too", (client, channel, builder, ct) => client.AddToChannel(channel, builder, ct)),
        MemberCommand(global, "remove", "Take a builder out of a channel", (client, channel, builder, ct) => client.RemoveFromChannel(channel, builder, ct)),
    };

    static Command ListCommand(GlobalOptions global)
    {
        var command = new Command("list", "List the channels, their builders and targets");
        global.Does(command, async (_, session, ct) => Show(session, await session.Client.Channels(ct)));
        return command;
    }

    static Command CreateCommand(GlobalOptions global)
    {
        var name = new Argument<string>("CHANNEL") { Description = "Name of the new channel" };
        var command = new Command("create", "Make a channel") { name };
        global.Does(command, async (parsed, session, ct) => Show(session, [await session.Client.CreateChannel(new NewChannel(parsed.GetRequiredValue(name)), ct)]));
        return command;
    }

    static Command RemoveCommand(GlobalOptions global)
    {
        var name = new Argument<string>("CHANNEL") { Description = "Name of the channel" };
        var command = new Command("remove", "Remove a channel that is no target's") { name };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.RemoveChannel(parsed.GetRequiredValue(name), ct);
            return Show(session, await session.Client.Channels(ct));
        });
        return command;
    }

    static Command MemberCommand(GlobalOptions global, string verb, string description, Func<SkylineClient, string, string, CancellationToken, Task> act)
    {
        var builder = new Argument<string>("NAME") { Description = "Name of the builder" };
        var channel = new Argument<string>("CHANNEL") { Description = "Name of the channel" };
        var command = new Command(verb, description) { builder, channel };
        global.Does(command, async (parsed, session, ct) =>
        {
            var wanted = parsed.GetRequiredValue(channel);
            await act(session.Client, wanted, parsed.GetRequiredValue(builder), ct);
            return Show(session, [.. (await session.Client.Channels(ct)).Where(one => one.Name == wanted)]);
        });
        return command;
    }

    static ExitCode Show(Session session, IReadOnlyList<ChannelDetails> channels)
    {
        session.Screen.Result(channels, SkylineJson.Default.IReadOnlyListChannelDetails, to => Table.Write(to, ["CHANNEL", "BUILDERS", "TARGETS"],
            channels.Select(channel => (string?[])[channel.Name, Names(channel.Builders), Names(channel.Targets)])));
        return ExitCode.Ok;
    }

    static string Names(IReadOnlyList<string> names) => names.Count == 0 ? "-" : string.Join(' ', names);
}
