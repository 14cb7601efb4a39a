using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Skyline.Rpm;

namespace Skyline.Server.Signing;

/// <summary>
/// Signs with a program of the operator's, which knows where the secret is: a hardware module, an agent, another host. It is told
/// key and time as arguments, reads the data from standard input, and writes one binary detached signature to standard output.
/// Nothing it writes is used before it was checked against the public key.
/// </summary>
sealed class SigningCommand(PublicKey key, IReadOnlyList<string> command, TimeProvider time, ILogger log) : ISigner
{
    const int MaxSignature = 16 << 10, MaxSaid = 4 << 10;
    static readonly TimeSpan atMost = TimeSpan.FromSeconds(60);

    public PublicKey Public => key;

    public async Task<byte[]> Detach(Stream data, DateTimeOffset at, CancellationToken ct)
    {
        var start = data.Position;
        var signature = await Run(data, at < key.CreatedAt ? key.CreatedAt : at, ct);
        data.Position = start;
        return await key.WhyNotSignature(signature, data, ct) is { } fault ? throw Refused($"what it wrote {fault}") : signature;
    }

    async Task<byte[]> Run(Stream data, DateTimeOffset at, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        using var process = Start(at);
        try
        {
            var answer = ReadSome(process.StandardOutput.BaseStream, MaxSignature, either.Token);
            var said = ReadSome(process.StandardError.BaseStream, MaxSaid, either.Token);
            await Task.WhenAll(Feed(data, process.StandardInput.BaseStream, either.Token), answer, said, process.WaitForExitAsync(either.Token)).WaitAsync(either.Token);
            return Judge(process.ExitCode, await answer, Encoding.UTF8.GetString((await said).Bytes));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Refused($"it did not end within {atMost.TotalSeconds:0} s");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    Process Start(DateTimeOffset at)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in command.Skip(1)) start.ArgumentList.Add(arg);
        foreach (var arg in (string[])["--fingerprint", key.Fingerprint, "--time", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)]) start.ArgumentList.Add(arg);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception fault)
        {
            throw Refused($"it cannot be started ({fault.Message})");
        }
    }

    byte[] Judge(int exit, (byte[] Bytes, bool More) answer, string said)
    {
        if (said.Length > 0) log.LogWarning("The signing command said for key {Fingerprint}: {Said}", key.Fingerprint, said);
        if (exit != 0) throw Refused($"it ended with {exit}; the server's log has what it said");
        return answer.More ? throw Refused($"it wrote more than {MaxSignature} bytes") : answer.Bytes;
    }

    SigningRefusedException Refused(string fault) => new($"The signing command {command[0]} gave no good signature with key {key.Fingerprint}: {fault}.");

    /// <summary>A program that ends before it has read everything is judged by how it ends.</summary>
    static async Task Feed(Stream data, Stream program, CancellationToken ct)
    {
        try
        {
            await using (program) await data.CopyToAsync(program, ct);
        }
        catch (IOException)
        {
        }
    }

    /// <summary>Reads to the end, and keeps the beginning.</summary>
    static async Task<(byte[] Bytes, bool More)> ReadSome(Stream from, int most, CancellationToken ct)
    {
        var kept = new byte[most];
        var size = await from.ReadAtLeastAsync(kept, most, throwOnEndOfStream: false, ct);
        var rest = new byte[most];
        var more = false;
        while (await from.ReadAsync(rest, ct) > 0) more = true;
        return (kept[..size], more);
    }
}
