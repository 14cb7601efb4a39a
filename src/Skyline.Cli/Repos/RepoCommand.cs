using System.CommandLine;
using Skyline.Cli.Keeping;
using Skyline.Cli.Terminal;

namespace Skyline.Cli.Repos;

/// <summary>`skyline repo TAG` (or `repo show TAG`): the `.repo` file, for /etc/yum.repos.d. `skyline repo wait`: until it holds a build.</summary>
static class RepoCommand
{
    public static Command Make(GlobalOptions global)
    {
        var command = Printing(global, "repo", "Print a tag's .repo file, for /etc/yum.repos.d; wait until a repository holds a build");
        command.Subcommands.Add(Printing(global, "show", "Print a tag's .repo file; for a tag that is called as a command is"));
        foreach (var below in KeepingCommands.OfRepos(global).Prepend(WaitCommand.Make(global))) command.Subcommands.Add(below);
        return command;
    }

    static Command Printing(GlobalOptions global, string verb, string description)
    {
        var name = new Argument<string>("TAG") { Description = "Name of the tag" };
        var command = new Command(verb, description) { name };
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
