using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Skyline.Server.Shell;

namespace Skyline.Server.SideTags;

/// <param name="Cache">The one folder that it may write into.</param>
/// <param name="Memory">In bytes.</param>
/// <param name="Known">Whether the external repositories are all there are.</param>
sealed record DepsolveQuestion(string Cache, string Arch, long Memory, int Seconds, IReadOnlyList<DepsolveRepo> Repos, bool Known);

/// <param name="Kind">kept, removed, added or external.</param>
sealed record DepsolveRepo(string Id, string Kind, string Repomd, string Primary, string? Filelists, int Priority);

sealed record DepsolveProblem(string Package, string Why);

sealed record DepsolveAnswer(string? Fault, int Checked = 0, IReadOnlyList<DepsolveProblem>? Problems = null, int More = 0, int Before = 0, int Assumed = 0);

/// <summary>
/// dnf's solver as a child process: a script that travels inside of the server, asked by one JSON document and answering with one. It has
/// no network and sees of the machine its programs and the question's folder, where bubblewrap works; its time, memory and output are bounded.
/// </summary>
public sealed class Depsolver(SkylineSettings settings, ILogger<Depsolver> log)
{
    const int MostOutput = 1 << 20;
    static readonly string script = Read();
    readonly Lock gate = new();
    Task<Means>? means;

    /// <param name="Missing">Why there is no solver here; null: there is.</param>
    /// <param name="Apart">What keeps it from the machine; null: nothing does.</param>
    sealed record Means(string? Missing, Bubblewrap? Apart);

    /// <returns>Null, or a sentence that says why nothing can be asked, and how to change that.</returns>
    public async Task<string?> WhyNot(CancellationToken ct) => (await Find(ct)).Missing;

    internal async Task<DepsolveAnswer> Ask(string folder, DepsolveQuestion question, CancellationToken ct)
    {
        var (code, output, errors) = await Run(Command((await Find(ct)).Apart, folder, "-c", script), JsonSerializer.SerializeToUtf8Bytes(question, JsonSerializerOptions.Web), TimeSpan.FromSeconds(settings.InstallCheckSeconds), ct);
        if (code == 0 && output.Length > 0) return JsonSerializer.Deserialize<DepsolveAnswer>(output, JsonSerializerOptions.Web)!;
        log.LogWarning("The check whether all can be installed ended with {Code}: {Errors}", code, errors);
        return new(code == Late ? $"it took longer than {settings.InstallCheckSeconds} s (Skyline:InstallCheckSeconds)" : $"dnf's solver ended with {code}; the server's log has what it said");
    }

    /// <summary>Asked once; where there is none, again each time, for it may have been installed since.</summary>
    async Task<Means> Find(CancellationToken ct)
    {
        Task<Means> asked;
        lock (gate) asked = means ??= Probe();
        var found = await asked.WaitAsync(ct);
        if (found.Missing is not null)
            lock (gate)
                if (means == asked) means = null;
        return found;
    }

    async Task<Means> Probe()
    {
        var apart = await Bubblewrap.Find();
        var (code, _, errors) = await Run(Command(apart, null, "-c", "import hawkey"), default, TimeSpan.FromSeconds(20), CancellationToken.None);
        if (apart is null) log.LogWarning("bubblewrap does not work here, so the check whether a promoted side tag can be installed runs without it");
        return new(code == 0 ? null : $"Whether all can be installed cannot be checked, for {settings.InstallCheckPython} has no bindings of dnf's solver; install python3-dnf on the server ({Tail(errors)}).", apart);
    }

    string[] Command(Bubblewrap? apart, string? folder, params string[] arguments) => [.. apart?.Around(folder, networked: false) ?? [], settings.InstallCheckPython, "-I", .. arguments];

    const int Late = -1, NotThere = 127;

    static async Task<(int Code, byte[] Output, string Errors)> Run(string[] command, ReadOnlyMemory<byte> input, TimeSpan atMost, CancellationToken ct)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        // Nothing of the server's own environment is the child's business.
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        start.Environment["LANG"] = "C.UTF-8";
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(ct);
        soon.CancelAfter(atMost);
        Process? process = null;
        try
        {
            process = Process.Start(start)!;
            var (output, errors) = (ReadBounded(process.StandardOutput.BaseStream, soon.Token), ReadBounded(process.StandardError.BaseStream, soon.Token));
            await Feed(process, input, soon.Token);
            await process.WaitForExitAsync(soon.Token);
            return (process.ExitCode, await output, Encoding.UTF8.GetString(await errors));
        }
        catch (Win32Exception fault)
        {
            return (NotThere, [], fault.Message);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (Late, [], "it took too long");
        }
        finally
        {
            if (process is { HasExited: false }) process.Kill(entireProcessTree: true);
            process?.Dispose();
        }
    }

    /// <summary>A child that has ended already does not want it, and says why by its exit.</summary>
    static async Task Feed(Process process, ReadOnlyMemory<byte> input, CancellationToken ct)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, ct);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
        }
    }

    static async Task<byte[]> ReadBounded(Stream from, CancellationToken ct)
    {
        var kept = new MemoryStream();
        var buffer = new byte[1 << 14];
        int read;
        while ((read = await from.ReadAsync(buffer, ct)) > 0) kept.Write(buffer, 0, (int)Math.Min(read, MostOutput - kept.Length));
        return kept.ToArray();
    }

    static string Tail(string text) => text.Trim().Split('\n')[^1] is { Length: > 300 } longer ? "…" + longer[^300..] : text.Trim().Split('\n')[^1];

    static string Read()
    {
        using var text = new StreamReader(typeof(Depsolver).Assembly.GetManifestResourceStream("depsolve.py")!);
        return text.ReadToEnd();
    }
}
