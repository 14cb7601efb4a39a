using System.Diagnostics;

namespace Skyline.Testing;

/// <summary>A program of the system, run to its end.</summary>
public static class Tool
{
    public sealed record Result(int ExitCode, string Output)
    {
        /// <summary>The output, if all went well; else the test ends with what the program said.</summary>
        public string Ok(string what) => ExitCode == 0 ? Output : throw new InvalidOperationException($"{what} ended with {ExitCode}:\n{Output}");
    }

    public static async Task<Result> Run(string program, IEnumerable<string> args, CancellationToken ct, string input = "")
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var arg in args) start.ArgumentList.Add(arg);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return new(process.ExitCode, await output + await errors);
    }
}
