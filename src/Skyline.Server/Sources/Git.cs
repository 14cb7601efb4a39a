using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Skyline.Server.Sources;

/// <summary>A command of git that came to nothing: a sentence for the packager.</summary>
class GitFailedException(string message) : Exception(message);

/// <summary>
/// One command of git as a child process. What it reads comes from strangers, so it has no configuration but ours, no hooks, no filters, no
/// credentials, and sees of the machine its programs and one folder where bubblewrap works; its time, its memory and what it writes are bounded.
/// It never compiles, checks out or runs anything of a repository.
/// </summary>
sealed class Git(SkylineSettings settings, GitConfinement confinement)
{
    const int MostErrors = 1 << 16;

    /// <param name="folder">The one folder that it may write into.</param>
    /// <param name="read">Takes what it writes to standard output, until that ends.</param>
    /// <param name="remote">Null: it asks nobody.</param>
    /// <exception cref="GitFailedException">It failed, or went over a bound.</exception>
    public async Task<T> Run<T>(string folder, IReadOnlyList<string> arguments, Func<Stream, Task<T>> read, RemoteGit? remote, CancellationToken ct)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(ct);
        soon.CancelAfter(TimeSpan.FromSeconds(settings.SourceSeconds));
        using var process = Start([.. await confinement.Around(folder, remote is not null, ct), "git", "-C", folder, .. arguments], GitConfig.Environment(folder, remote));
        try
        {
            process.StandardInput.Close();
            var errors = ReadErrors(process.StandardError.BaseStream, soon.Token);
            var outcome = await read(process.StandardOutput.BaseStream).WaitAsync(soon.Token);
            await process.WaitForExitAsync(soon.Token);
            return process.ExitCode == 0 ? outcome : throw new GitFailedException(IsFull(folder) ? $"it is larger than {settings.SourceBytes >> 20} MiB (Skyline:SourceBytes)" : WhyNot(process.ExitCode, await errors));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new GitFailedException($"it took longer than {settings.SourceSeconds} s (Skyline:SourceSeconds)");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    public Task<string> Say(string folder, IReadOnlyList<string> arguments, RemoteGit? remote, CancellationToken ct) => Run(folder, arguments, async output =>
        Encoding.UTF8.GetString(await ReadErrors(output, ct)).Trim(), remote, ct);

    static Process Start(IReadOnlyList<string> command, IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment.Clear();
        foreach (var (name, value) in environment) start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception fault)
        {
            throw new GitFailedException($"{command[0]} cannot be started on the server ({fault.Message}); its administrator installs git, util-linux and bubblewrap");
        }
    }

    /// <summary>A file came to its bound, and whoever wrote it was ended for that without a word.</summary>
    bool IsFull(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any(path => new FileInfo(path).Length >= settings.SourceBytes);

    static string WhyNot(int exit, byte[] errors)
    {
        // (Git says "the remote end hung up" last; what it said first is why.)
        var lines = Encoding.UTF8.GetString(errors).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var said = lines.FirstOrDefault(line => line.StartsWith("fatal: ", StringComparison.Ordinal) || line.StartsWith("error: ", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "";
        var plain = new string([.. said.Where(letter => !char.IsControl(letter))]);
        return plain.Length == 0 ? $"git ended with {exit}" : $"git says: {(plain.Length > 300 ? plain[..300] + "…" : plain)}";
    }

    static async Task<byte[]> ReadErrors(Stream from, CancellationToken ct)
    {
        var kept = new MemoryStream();
        var buffer = new byte[1 << 14];
        int read;
        while ((read = await from.ReadAsync(buffer, ct)) > 0) kept.Write(buffer, 0, (int)Math.Min(read, MostErrors - kept.Length));
        return kept.ToArray();
    }
}
