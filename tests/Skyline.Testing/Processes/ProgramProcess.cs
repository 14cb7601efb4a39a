using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Skyline.Testing;

/// <summary>One of Skyline's programs, run as a process of its own so that it can really be killed. Its output is kept, for failures.</summary>
public sealed class ProgramProcess : IAsyncDisposable
{
    readonly Process process;
    readonly StringBuilder said = new();
    readonly ConcurrentDictionary<string, TaskCompletionSource<string>> awaited = new();

    ProgramProcess(Process process) => this.process = process;

    public int Id => process.Id;
    public bool HasExited => process.HasExited;
    public string Output { get { lock (said) return said.ToString(); } }

    /// <param name="within">A command that runs another, put before it; null: none.</param>
    public static ProgramProcess Start(string dll, IEnumerable<string> args, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string>? within = null) =>
        Start([.. within ?? [], "dotnet", dll, .. args], environment);

    /// <summary>Any program of the system, by its command line.</summary>
    public static ProgramProcess Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var arg in command.Skip(1)) start.ArgumentList.Add(arg);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var started = new ProgramProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        started.process.OutputDataReceived += (_, line) => started.Hear(line.Data);
        started.process.ErrorDataReceived += (_, line) => started.Hear(line.Data);
        started.process.Exited += (_, _) => started.Ended();
        started.process.Start();
        started.process.BeginOutputReadLine();
        started.process.BeginErrorReadLine();
        return started;
    }

    /// <summary>The first line that holds the text, said already or yet to come.</summary>
    public Task<string> Line(string text)
    {
        var waiting = awaited.GetOrAdd(text, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (Output.Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } already) waiting.TrySetResult(already);
        if (process.HasExited) Ended();
        return waiting.Task;
    }

    /// <summary>SIGKILL: no goodbye.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the time to act on it.</summary>
    public async Task<int> Terminate(CancellationToken ct)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill") { ArgumentList = { "-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture) } })!;
        await kill.WaitForExitAsync(ct);
        await process.WaitForExitAsync(ct);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
        process.Dispose();
    }

    void Hear(string? line)
    {
        if (line is null) return;
        lock (said) said.Append(line).Append('\n');
        foreach (var (text, waiting) in awaited)
            if (line.Contains(text, StringComparison.Ordinal)) waiting.TrySetResult(line);
    }

    void Ended()
    {
        foreach (var (text, waiting) in awaited)
            waiting.TrySetException(new InvalidOperationException($"The program ended without saying '{text}'. It said:\n{Output}"));
    }
}
