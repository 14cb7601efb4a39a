using System.Diagnostics;
using System.Text;

namespace Skyline.Testing.Rpms;

/// <summary>What a tool of the host said and how it ended.</summary>
/// <param name="Answer">Its standard output.</param>
/// <param name="Output">That and its standard error, as they came.</param>
public sealed record ToolResult(int Exit, string Answer, string Output)
{
    /// <summary>The answer, if the tool was content.</summary>
    public string Succeeded() => Exit == 0 ? Answer : throw new InvalidOperationException($"exit {Exit}: {Output}");
}

/// <summary>Runs a tool of the host to its end, in the C locale, with its own home.</summary>
public static class HostTool
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static ToolResult Run(string home, string tool, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo { FileName = tool, WorkingDirectory = home, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["HOME"] = home;
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["GNUPGHOME"] = home;
        using var process = new Process { StartInfo = start };
        var (answer, output) = (new StringBuilder(), new StringBuilder());
        void Append(string? line, bool isAnswer)
        {
            if (line is null)
                return;
            lock (output)
            {
                output.Append(line).Append('\n');
                if (isAnswer)
                    answer.Append(line).Append('\n');
            }
        }
        process.OutputDataReceived += (_, line) => Append(line.Data, isAnswer: true);
        process.ErrorDataReceived += (_, line) => Append(line.Data, isAnswer: false);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{tool} did not end within {Patience}: {output}");
        }
        process.WaitForExit();
        return new(process.ExitCode, answer.ToString(), output.ToString());
    }
}
