using System.CommandLine;
using Skyline.Cli.Keeping;
using Skyline.Cli.Terminal;

namespace Skyline.Cli.Tags;

/// <summary>`skyline repo TAG`: the `.repo` file, for /etc/yum.repos.d.</summary>
static class RepoCommand
{
    public static Command Make(GlobalOptions global)
    {
        var name = new Argument<string>("TAG") { Description = "Name of the tag" };
        var command = new Command("repo", "Print a tag's .repo file, for /etc/yum.repos.d")
        {
            name,
            RetentionCommands.OfRepos(global), RetentionCommands.Gc(global), VerifyCommand.Make(global), ExportCommand.Make(global),
        };
        global.Does(command, async (parsed, session, ct) =>
        {
            var tag = await session.Client.Tag(parsed.GetRequiredValue(name), ct);
            session.Screen.Result(new RepoDocument(tag.Name, tag.RepoFile), CliJson.Default.RepoDocument, to =>
                to.Write(session.Screen.OutIsTerminal ? Untrusted.Text(WithEnd(tag.RepoFile)) : WithEnd(tag.RepoFile)));
            return ExitCode.Ok;
        });
        return command;
    }

    static string WithEnd(string text) => text.EndsWith('\n') ? text : text + "\n";
}
