using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Tags;

/// <summary>`skyline tag external list|add|remove`: which external repositories a tag's buildroots are made of.</summary>
static class TagExternalCommand
{
    public static Command Make(GlobalOptions global) =>
        new("external", "The external repositories that a tag's buildroots are made of") { ListCommand(global), AddCommand(global), RemoveCommand(global) };

    static Argument<string> Tag() => new("TAG") { Description = "Name of the tag" };

    static Argument<string> Name() => new("NAME") { Description = "Name of the external repository" };

    static Command ListCommand(GlobalOptions global)
    {
        var tag = Tag();
        var command = new Command("list", "List them; those of the tag's chroot are not among them") { tag };
        global.Does(command, (parsed, session, ct) => Show(session, parsed.GetRequiredValue(tag), ct));
        return command;
    }

    static Command AddCommand(GlobalOptions global)
    {
        var (tag, name) = (Tag(), Name());
        var priority = new Option<int?>("--priority") { Description = "In this tag's buildroots; a lower one wins (default: the repository's own)", HelpName = "N" };
        var command = new Command("add", "Add one, or give it another priority") { tag, name, priority };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.AddTagExternal(parsed.GetRequiredValue(tag), new TagExternal(parsed.GetRequiredValue(name), parsed.GetValue(priority)), ct);
            return await Show(session, parsed.GetRequiredValue(tag), ct);
        });
        return command;
    }

    static Command RemoveCommand(GlobalOptions global)
    {
        var (tag, name) = (Tag(), Name());
        var command = new Command("remove", "Take one out") { tag, name };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.RemoveTagExternal(parsed.GetRequiredValue(tag), parsed.GetRequiredValue(name), ct);
            return await Show(session, parsed.GetRequiredValue(tag), ct);
        });
        return command;
    }

    static async Task<ExitCode> Show(Session session, string tag, CancellationToken ct)
    {
        var externals = await session.Client.TagExternals(tag, ct);
        session.Screen.Result(externals, SkylineJson.Default.IReadOnlyListTagExternal, to => Table.Write(to,
            ["EXTERNAL", "PRIORITY", "FROM"], externals.Select(external => (string?[])[external.Name, $"{external.Priority}", external.Tag ?? tag])));
        return ExitCode.Ok;
    }
}
