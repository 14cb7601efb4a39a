using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Keeping;

/// <summary>`skyline repo export TAG`: a plain directory tree on the server, for mirrors.</summary>
static class ExportCommand
{
    public static Command Make(GlobalOptions global)
    {
        var tag = new Argument<string>("TAG") { Description = "Name of the tag" };
        var folder = new Option<string?>("--folder") { Description = "Where, below the server's export folder (default: that folder itself)", HelpName = "PATH" };
        var snapshot = new Option<string?>("--snapshot") { Description = "An earlier snapshot instead of the newest", HelpName = "HASH" };
        var command = new Command("export", "Write a tag's repositories as a plain directory tree on the server, for mirrors") { tag, folder, snapshot };
        global.Does(command, async (parsed, session, ct) =>
        {
            var tree = await session.Client.Export(parsed.GetRequiredValue(tag), new(parsed.GetValue(folder) ?? "", parsed.GetValue(snapshot)), ct);
            session.Screen.Result(tree, SkylineJson.Default.ExportedTree, to => to.WriteLine(
                $"{Untrusted.Line(tree.Path)} on the server has snapshot {Untrusted.Line(tree.Snapshot)}: {tree.Packages} packages, {tree.Written} of them newly written, {tree.Removed} removed."));
            return ExitCode.Ok;
        });
        return command;
    }
}
