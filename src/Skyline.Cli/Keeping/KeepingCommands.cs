using System.CommandLine;

namespace Skyline.Cli.Keeping;

/// <summary>What is under `skyline repo` for whoever keeps the repositories.</summary>
static class KeepingCommands
{
    public static IEnumerable<Command> OfRepos(GlobalOptions global) =>
        [StatusCommand.Make(global), RetentionCommands.OfRepos(global), RetentionCommands.Gc(global), VerifyCommand.Make(global), ExportCommand.Make(global)];
}
