using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>Two packages in diffoscope's words, appended to ours. It opens what strangers packed, so it gets a folder of its own, an end, and no more to say than can be read.</summary>
sealed class Diffoscope(string program, Session session)
{
    const int MostText = 1 << 20;
    const long LargestPackage = 1L << 30;
    static readonly TimeSpan patience = TimeSpan.FromMinutes(5);

    /// <returns>Null where it is not on the PATH.</returns>
    public static string? Find(Surroundings world) => (world.Env("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, "diffoscope")).FirstOrDefault(File.Exists);

    public async Task Tell(BuildComparison builds, PackageComparison pair, CancellationToken ct)
    {
        session.Screen.Say("");
        if (pair.Before.Size > LargestPackage || pair.After.Size > LargestPackage)
        {
            session.Screen.Say(Untrusted.Line($"diffoscope: {pair.Name} is larger than {LargestPackage >> 30} GiB and was left away."));
            return;
        }
        var folder = Directory.CreateTempSubdirectory("skyline-compare-").FullName;
        try
        {
            var (before, after) = (await Download(builds.Before, pair.Before, Path.Combine(folder, "before"), ct), await Download(builds.After, pair.After, Path.Combine(folder, "after"), ct));
            session.Screen.Say(Untrusted.Line($"diffoscope {pair.Before.FileName} {pair.After.FileName}:"));
            session.Screen.Say(Untrusted.Text(await Run(before, after, folder, ct)).TrimEnd('\n'));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Under a name of ours: theirs is theirs to choose.</summary>
    async Task<string> Download(long build, RpmDetails rpm, string folder, CancellationToken ct)
    {
        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, "package.rpm");
        await using (var body = await session.Client.OpenPackage(build, rpm.FileName, ct))
        await using (var file = File.Create(path))
        {
            var buffer = new byte[1 << 16];
            for (var left = rpm.Size; await body.ReadAsync(buffer, ct) is > 0 and var read; left -= read)
            {
                if (read > left) throw new StopException(ExitCode.Refused, Untrusted.Line($"{rpm.FileName} came longer than the {rpm.Size} bytes that the server told."));
                await file.WriteAsync(buffer.AsMemory(0, read), ct);
            }
        }
        await using var whole = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(whole, ct)) == rpm.Sha256 ? path
            : throw new StopException(ExitCode.Refused, Untrusted.Line($"{rpm.FileName} came with another SHA-256 than the server told; try again."));
    }

    async Task<string> Run(string before, string after, string folder, CancellationToken ct)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = session.Time.CreateTimer(_ => soon.Cancel(), null, patience, Timeout.InfiniteTimeSpan);
        var start = new ProcessStartInfo(program, ["--no-progress", "--text", "-", "--text-color", "never", "--max-text-report-size", $"{MostText}", "--", before, after])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
        };
        using var process = Start(start);
        try
        {
            process.StandardInput.Close();
            var errors = Read(process.StandardError.BaseStream, soon.Token);
            var said = await Read(process.StandardOutput.BaseStream, soon.Token);
            await process.WaitForExitAsync(soon.Token);
            // 1: they differ, which is why it was asked.
            return process.ExitCode is 0 or 1 ? said.Length > 0 ? said : "(it finds nothing)" : $"(it ended with {process.ExitCode}: {(await errors).Trim()})";
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"(it was ended after {patience.TotalMinutes:0} minutes)";
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw StopException.Usage($"{program} cannot be started: {e.Message}. Leave it away with --no-diffoscope.");
        }
    }

    /// <summary>To its end, and keeps the beginning: one who is not read waits for ever.</summary>
    static async Task<string> Read(Stream from, CancellationToken ct)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (await from.ReadAsync(buffer, ct) is > 0 and var read)
            kept.Write(buffer, 0, (int)Math.Min(read, Math.Max(0, MostText - kept.Length)));
        return Encoding.UTF8.GetString(kept.ToArray());
    }
}
