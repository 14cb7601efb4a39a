using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Skyline.Server.Sources;

/// <summary>A command of git that came to nothing: a sentence for the packager.</summary>
sealed class GitFailedException(string message) : Exception(message);

/// <summary>
/// One command of git as a child process. What it reads comes from strangers, so it has no configuration but ours, no hooks, no filters, no
/// credentials, and sees of the machine its programs and one folder where bubblewrap works; its time, its memory and what it writes are bounded.
/// It never compiles, checks out or runs anything of a repository.
/// </summary>
sealed class Git(SkylineSettings settings, ILogger<Git> log)
{
    const int MostErrors = 1 << 16;
    const long MostMemory = 3L << 30;
    readonly Lock gate = new();
    Task<bool>? apart;

    /// <summary>For every command; the rest is the remote's.</summary>
    static readonly (string Name, string Value)[] always =
    [
        ("http.followRedirects", "false"), ("credential.helper", ""), ("core.hooksPath", "/dev/null"), ("core.fsmonitor", "false"), ("core.askPass", ""), ("core.alternateRefsCommand", ""),
        ("protocol.version", "2"), ("transfer.bundleURI", "false"), ("fetch.uriProtocols", ""), ("fetch.recurseSubmodules", "false"), ("submodule.recurse", "false"),
        // What comes is one file, which is bounded as such.
        ("fetch.unpackLimit", "1"), ("gc.auto", "0"), ("maintenance.auto", "false"), ("fetch.writeCommitGraph", "false"),
        ("pack.threads", "1"), ("core.packedGitWindowSize", "32m"), ("core.packedGitLimit", "256m"), ("core.deltaBaseCacheLimit", "64m"), ("core.bigFileThreshold", "16m"),
        ("http.lowSpeedLimit", "1000"), ("http.lowSpeedTime", "60"), ("tar.umask", "0022"), ("safe.directory", "*"), ("core.protectHFS", "true"), ("core.protectNTFS", "true"),
    ];

    /// <summary>What a fetch needs to know of where it asks.</summary>
    public static IEnumerable<(string Name, string Value)> Of(RemoteGit remote) =>
    [
        ("http.proxy", remote.Proxy?.AbsoluteUri ?? ""),
        .. remote.Pins is { } pins ? [("http.curloptResolve", pins)] : Array.Empty<(string, string)>(),
    ];

    /// <param name="folder">The one folder that it may write into.</param>
    /// <param name="read">Takes what it writes to standard output, until that ends.</param>
    /// <param name="remote">Null: it asks nobody.</param>
    /// <exception cref="GitFailedException">It failed, or went over a bound.</exception>
    public async Task<T> Run<T>(string folder, IReadOnlyList<string> arguments, Func<Stream, Task<T>> read, RemoteGit? remote, CancellationToken ct)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(ct);
        soon.CancelAfter(TimeSpan.FromSeconds(settings.SourceSeconds));
        using var process = Start(folder, arguments, remote, await IsApart(ct));
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

    Process Start(string folder, IReadOnlyList<string> arguments, RemoteGit? remote, bool apart)
    {
        string[] command = [.. apart ? Bubblewrap(folder, remote is not null) : [], .. Bounds(), "git", "-C", folder, .. arguments];
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment.Clear();
        foreach (var (name, value) in Environment(folder, remote)) start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception fault)
        {
            throw new GitFailedException($"{command[0]} cannot be started on the server ({fault.Message}); its administrator installs git, util-linux and bubblewrap");
        }
    }

    static IEnumerable<(string Name, string Value)> Environment(string folder, RemoteGit? remote)
    {
        var schemes = remote is null ? "none" : remote.Url.Scheme;
        (string, string)[] known =
        [
            ("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LANG", "C.UTF-8"), ("HOME", folder), ("XDG_CONFIG_HOME", folder), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_ATTR_NOSYSTEM", "1"),
            ("GIT_TERMINAL_PROMPT", "0"), ("GIT_ASKPASS", "/bin/false"), ("SSH_ASKPASS", "/bin/false"), ("GIT_SSH_COMMAND", "/bin/false"), ("GIT_ALLOW_PROTOCOL", schemes), ("GIT_PROTOCOL_FROM_USER", "0"),
            ("GIT_LFS_SKIP_SMUDGE", "1"), ("GIT_NO_REPLACE_OBJECTS", "1"), ("GIT_CEILING_DIRECTORIES", "/"),
        ];
        var config = always.Concat(remote is null ? [] : Of(remote)).ToList();
        var all = config.SelectMany((one, at) => new[] { (Numbered("GIT_CONFIG_KEY_", at), one.Name), (Numbered("GIT_CONFIG_VALUE_", at), one.Value) });
        return [.. known, ("GIT_CONFIG_COUNT", config.Count.ToString(CultureInfo.InvariantCulture)), .. all];
    }

    static string Numbered(string name, int at) => name + at.ToString(CultureInfo.InvariantCulture);

    string[] Bounds() => ["prlimit", $"--fsize={settings.SourceBytes}", $"--as={MostMemory}", "--core=0", "--nofile=1024", "--"];

    /// <param name="networked">It asks others: the addresses are ours to judge, so the network is the machine's.</param>
    static string[] Bubblewrap(string? folder, bool networked) =>
    [
        "bwrap", "--unshare-all", .. networked ? ["--share-net"] : Array.Empty<string>(), "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--dir", "/etc",
        .. new[] { "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/crypto-policies", "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf" }.Where(Path.Exists)
            .SelectMany(path => new FileInfo(path).LinkTarget is { } target && !path.StartsWith("/etc/", StringComparison.Ordinal) ? new[] { "--symlink", target, path } : ["--ro-bind", path, path]),
        "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", .. folder is null ? Array.Empty<string>() : ["--bind", folder, folder], "--",
    ];

    /// <summary>Whether bubblewrap works here; asked once.</summary>
    async Task<bool> IsApart(CancellationToken ct)
    {
        Task<bool> asked;
        lock (gate) asked = apart ??= Probe();
        return await asked.WaitAsync(ct);
    }

    async Task<bool> Probe()
    {
        try
        {
            string[] command = [.. Bubblewrap(null, networked: false), "true"];
            using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardError = true })!;
            await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode == 0) return true;
        }
        catch (Win32Exception)
        {
            // It is not installed.
        }
        log.LogWarning("bubblewrap does not work here, so Git repositories are fetched without it");
        return false;
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
