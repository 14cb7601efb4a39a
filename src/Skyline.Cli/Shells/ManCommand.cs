using System.CommandLine;
using Skyline.Cli.Terminal;

namespace Skyline.Cli.Shells;

/// <summary>`skyline man`: the page of the manual, made of the same commands that are parsed.</summary>
static class ManCommand
{
    public static Command Make(GlobalOptions global, Func<RootCommand> commands)
    {
        var command = new Command("man", "Print this program's page for man(1)");
        command.Hidden = true;
        global.Does(command, (_, session, _) =>
        {
            ManPage.Write(commands(), session.Screen.Out);
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }
}
