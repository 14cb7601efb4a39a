using System.Diagnostics;
using System.Text;

namespace Skyline.Builder;

/// <summary>A child process with pipes of its own. Disposing kills it.</summary>
sealed class Child : IAsyncDisposable
{
    /// <summary>More than this of a tool's output is read and dropped.</summary>
    const int MaxOutput = 1 << 20;
    readonly Process process;

    Child(Process process) => this.process = process;

    public int Id => process.Id;
    public bool IsAlive => !process.HasExited;
    public Stream Input => process.StandardInput.BaseStream;
    public Stream Output => process.StandardOutput.BaseStream;
    public Stream Errors => process.StandardError.BaseStream;

    /// <exception cref="BuilderBrokeException">There is no such program.</exception>
    public static async Task<Child> Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        // Nothing of the agent's own environment but the way to the network; a token may be in the rest.
        foreach (var name in start.Environment.Keys.Where(name => !name.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LANG"] = "C.UTF-8";
        return new(await SpawnThread.Start(start));
    }

    /// <summary>Runs a tool to its end.</summary>
    /// <returns>Its exit code and what it wrote, output and errors, at most 1 MiB each.</returns>
    public static async Task<(int Code, string Output, string Errors)> Run(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, CancellationToken ct)
    {
        await using var child = await Start(command);
        var output = ReadBounded(child.Output, ct);
        var errors = ReadBounded(child.Errors, ct);
        await child.Say(input, ct);
        return (await child.Exit(ct), Encoding.UTF8.GetString(await output), Encoding.UTF8.GetString(await errors));
    }

    /// <summary>As <see cref="Run"/>, for tools that have no business failing.</summary>
    /// <exception cref="BuilderBrokeException">It failed; the message has its last words.</exception>
    public static async Task Must(IReadOnlyList<string> command, string purpose, CancellationToken ct)
    {
        var (code, output, errors) = await Run(command, default, ct);
        if (code != 0) throw new BuilderBrokeException($"{purpose} failed: {command[0]} ended with {code}: {Tail(errors + output)}");
    }

    /// <summary>Writes the input and closes it. A child that has ended already does not want it, and says why by its exit.</summary>
    public async Task Say(ReadOnlyMemory<byte> input, CancellationToken ct)
    {
        try
        {
            await Input.WriteAsync(input, ct);
            process.StandardInput.Close();
        }
        catch (IOException) { }
    }

    public async Task<int> Exit(CancellationToken ct)
    {
        await process.WaitForExitAsync(ct);
        return process.ExitCode;
    }

    public void Kill() => Libc.Kill(process.HasExited ? 0 : process.Id);

    public static async Task<byte[]> ReadBounded(Stream stream, CancellationToken ct)
    {
        var kept = new MemoryStream();
        var buffer = new byte[1 << 14];
        int read;
        while ((read = await stream.ReadAsync(buffer, ct)) > 0) kept.Write(buffer, 0, (int)Math.Min(read, MaxOutput - kept.Length));
        return kept.ToArray();
    }

    public static string Tail(string text) => text.Trim() is { Length: > 600 } longer ? "…" + longer[^600..] : text.Trim();

    public async ValueTask DisposeAsync()
    {
        Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
