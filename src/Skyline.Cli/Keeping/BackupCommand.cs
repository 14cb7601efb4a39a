using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Keeping;

/// <summary>`skyline backup`: the server makes one where its settings say, as it does by the clock.</summary>
static class BackupCommand
{
    public static Command Make(GlobalOptions global)
    {
        var command = new Command("backup", "Have the server make a backup now, into the folder that its settings name");
        global.Does(command, async (_, session, ct) =>
        {
            var made = await session.Client.BackUp(ct);
            session.Screen.Result(made, SkylineJson.Default.BackupMade, to =>
            {
                to.WriteLine(Untrusted.Line($"{made.Folder}/{made.Name} on the server has the database ({Amounts.Bytes(made.DatabaseBytes)}), {made.Blobs} packages and other blobs and {made.Files} logs and other files; new were {made.NewFiles} ({Amounts.Bytes(made.NewBytes)})."));
                foreach (var missing in made.Missing) to.WriteLine($"Blob {Untrusted.Line(missing)} is named by the database and is missing or damaged.");
            });
            return made.MissingCount == 0 ? ExitCode.Ok : ExitCode.Damaged;
        });
        return command;
    }
}
