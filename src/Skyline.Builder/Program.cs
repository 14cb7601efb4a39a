using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Skyline.Builder;

if (args.Contains("--help"))
{
    Console.WriteLine(KnownOptions.Usage());
    return 0;
}
if (args.Contains("--version"))
{
    Console.WriteLine($"skyline-builder {AgentVersion.Text}");
    return 0;
}
using var logging = LoggerFactory.Create(to => to.AddSimpleConsole(console =>
{
    console.SingleLine = true;
    console.TimestampFormat = "HH:mm:ss ";
}));
var log = logging.CreateLogger("builder");
Libc.UseUsualUmask();
using var stop = new CancellationTokenSource();
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
try
{
    if (args.Contains("--healthy")) return TellHealth();
    await Agent.Run(BuilderFile.Read(args, Environment.GetEnvironmentVariables()), TimeProvider.System, log, stop.Token);
    return 0;
}
catch (BadOptionException e)
{
    Console.Error.WriteLine($"skyline-builder: {e.Message}");
    return 2;
}
catch (BuilderBrokeException e)
{
    Console.Error.WriteLine($"skyline-builder: {e.Message}");
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    log.LogInformation("Stopping: ending the runs that are under way");
    stop.Cancel();
}

int TellHealth()
{
    var why = Heard.WhyNot(BuilderOptions.DataOf([.. args.Where(arg => arg != "--healthy")], Environment.GetEnvironmentVariable), TimeProvider.System);
    Console.WriteLine(why ?? "The server answers.");
    return why is null ? 0 : 1;
}
