using System.Diagnostics;
using System.Reflection;

namespace Skyline.Builder.Tests;

/// <summary>The agent as operators start it: a process, with signals and exit codes.</summary>
sealed class AgentProcess : IDisposable
{
    static readonly string program = typeof(AgentProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "Agent").Value!;
    readonly Process process;

    public AgentProcess(FakeServer server, string isolation, string data, params string[] before)
    {
        var token = Path.Combine(Path.GetDirectoryName(data)!, "token");
        File.WriteAllText(token, FakeServer.Token);
        string[] command = [.. before, "dotnet", program, "--slots=1", "--isolation", isolation];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = Path.GetDirectoryName(data)!;
        start.Environment["SKYLINE_BUILDER_SERVER"] = server.Address.ToString();
        start.Environment["SKYLINE_BUILDER_TOKEN_FILE"] = token;
        start.Environment["SKYLINE_BUILDER_DATA"] = data;
        start.Environment["SKYLINE_BUILDER_BUILD_USER"] = Leftovers.UserOf(data).ToString(System.Globalization.CultureInfo.InvariantCulture);
        process = Process.Start(start)!;
        Output = process.StandardOutput.ReadToEndAsync();
        Errors = process.StandardError.ReadToEndAsync();
    }

    public static bool CanBeReadByAll
    {
        get
        {
            for (var folder = new FileInfo(program).Directory; folder is not null; folder = folder.Parent)
            {
                if (!folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute)) return false;
            }
            return true;
        }
    }

    public Task<string> Output { get; }
    public Task<string> Errors { get; }

    /// <summary>SIGKILL.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM.</summary>
    public async Task<int> Terminate()
    {
        using (var kill = Process.Start(new ProcessStartInfo("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))!) await kill.WaitForExitAsync();
        return await Exit();
    }

    public async Task<int> Exit()
    {
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }
}
