using Skyline.Server.Approvals;
using Skyline.Server.Audit;
using Skyline.Server.Backups;
using Skyline.Server.Health;
using Skyline.Server.Edge;
using Skyline.Server.People;
using Skyline.Server.Settings;
using Skyline.Server.Setup;

try
{
    if (args is [RecoverAdmin.Command, .. var rest]) return await RecoverAdmin.Run(rest, Console.Out, Console.Error);
    if (args is [VerifyAudit.Command, .. var options]) return await VerifyAudit.Run(options, Console.Out, Console.Error);
    if (args is [WaiveSecondPerson.Command, .. var which]) return await WaiveSecondPerson.Run(which, Console.Out, Console.Error);
    if (args is [BackupCommand.Command or BackupCommand.Restore, ..]) return await BackupCommand.Run(args, Console.Out, Console.Error);
    if (args is [Doctor.Command, .. var asked]) return await Doctor.Run(asked, Console.Out, Console.Error);
    if (args is [NewAuthority.Command, .. var settings]) return await NewAuthority.Run(settings, Console.Out, Console.Error);
    var app = Appliance.Build(args);
    await app.Start();
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception fault) when (fault is IOException or InvalidOperationException or UnauthorizedAccessException)
{
    // Settings, folders, ports: an operator's to mend, and said in a sentence.
    await Console.Error.WriteLineAsync($"skyline-server cannot start: {fault.Message}");
    return fault is WrongSettingsException ? WrongSettingsException.ExitCode : 1;
}
