using System.CommandLine;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.People;

/// <summary>`skyline person add`.</summary>
static class PersonCommand
{
    public static Command Make(GlobalOptions global) => new("person", "Add people who use this server") { AddCommand(global) };

    static Command AddCommand(GlobalOptions global)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the new person" };
        var admin = new Option<bool>("--admin") { Description = "They may administer: tags, targets, builders, keys" };
        var command = new Command("add", "Add a person, and print their token: the only time it is shown") { name, admin };
        global.Does(command, async (parsed, session, ct) =>
        {
            var added = await session.Client.AddPerson(new NewPerson(parsed.GetRequiredValue(name), parsed.GetValue(admin)), ct);
            session.Screen.Result(added, SkylineJson.Default.AddedPerson, to => to.WriteLine(Untrusted.Line(added.Token)));
            session.Screen.Warn($"They keep it in a file that only they can read, then: skyline login {ServerAddress.Shown(session.Server!)} --token-file FILE");
            return ExitCode.Ok;
        });
        return command;
    }
}
