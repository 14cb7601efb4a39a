using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Groups;

/// <summary>`skyline tag modules show|set|remove`.</summary>
static class ModulesCommand
{
    public static Command Make(GlobalOptions global) =>
        new("modules", "A tag's module documents, as dnf module lists them") { ShowCommand(global), SetCommand(global), RemoveCommand(global) };

    static Command ShowCommand(GlobalOptions global)
    {
        var tag = Tag();
        var yaml = new Option<bool>("--yaml") { Description = "Print the tag's own modules.yaml instead" };
        var command = new Command("show", "Show the module documents of a tag, inherited ones too") { tag, yaml };
        global.Does(command, async (parsed, session, ct) =>
        {
            var name = parsed.GetRequiredValue(tag);
            return parsed.GetValue(yaml) ? await TagFile.Print(session, name, await session.Client.OpenModules(name, ct), ct) : Show(session, await session.Client.Modules(name, ct));
        });
        return command;
    }

    static Command SetCommand(GlobalOptions global)
    {
        var tag = Tag();
        var file = new Argument<string>("FILE") { Description = "A modules.yaml" };
        var command = new Command("set", "Give a tag the documents of a modules.yaml; they take the place of those that it had") { tag, file };
        global.Does(command, async (parsed, session, ct) =>
        {
            await using var yaml = GivenFile.Open(parsed.GetRequiredValue(file));
            return Show(session, await session.Client.SetModules(parsed.GetRequiredValue(tag), yaml, ct));
        });
        return command;
    }

    static Command RemoveCommand(GlobalOptions global)
    {
        var tag = Tag();
        var command = new Command("remove", "Remove the module documents that a tag itself has; inherited ones are seen again") { tag };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.RemoveModules(parsed.GetRequiredValue(tag), ct);
            return Show(session, await session.Client.Modules(parsed.GetRequiredValue(tag), ct));
        });
        return command;
    }

    static Argument<string> Tag() => new("TAG") { Description = "Name of the tag" };

    static ExitCode Show(Session session, IReadOnlyList<ModuleDocument> documents)
    {
        session.Screen.Result(documents, SkylineJson.Default.IReadOnlyListModuleDocument, to => Table.Write(to,
            ["DOCUMENT", "MODULE", "STREAM", "VERSION", "ARCH", "FROM"], documents.Select(document => (string?[])[document.Document, document.Module, document.Stream, document.Version, document.Arch, document.Tag])));
        return ExitCode.Ok;
    }
}
