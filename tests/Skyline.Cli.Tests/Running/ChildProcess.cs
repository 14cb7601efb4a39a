using System.Diagnostics;
using Skyline.Cli.Tests.StandIn;

namespace Skyline.Cli.Tests.Running;

/// <summary>The program as users start it: a process of its own, for what only a process has (signals, pipes, proxies, memory).</summary>
static class ChildProcess
{
    static string Dll => Path.Combine(AppContext.BaseDirectory, "skyline.dll");

    public static Process Skyline(string server, string[] args, params (string Name, string Value)[] environment)
    {
        // A shell's background job ignores Ctrl-C, and so would all that it starts: the tests may be such a job, a user's skyline is not.
        var start = new ProcessStartInfo("env") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in (string[])["--default-signal=INT", "dotnet", Dll, .. args]) start.ArgumentList.Add(arg);
        start.Environment["SKYLINE_SERVER"] = server;
        start.Environment["SKYLINE_TOKEN"] = StandInServer.Token;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <returns>The exit code, and what was written.</returns>
    public static async Task<(int Code, string Out, string Error)> End(this Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, await output, await error);
    }
}
