using System.Globalization;
using System.Runtime.InteropServices;
using Skyline.Shared;

namespace Skyline.Builder;

/// <summary>What the agent is told: by arguments, by environment variables of the same names (SKYLINE_BUILDER_SERVER …), by its file. Arguments win, then the environment.</summary>
/// <param name="Token">Its own; empty where it joins a pool: then it gets one.</param>
/// <param name="PoolToken">The pool's that it joins as <paramref name="Name"/>; null: it has a token of its own.</param>
/// <param name="MinFreeBytes">With less room on the disk it takes no work; null: as much as suits the disk.</param>
/// <param name="BuildUser">Under bubblewrap, the first of the users that builds run as on this machine, one a slot. They need no entry in passwd and must own nothing.</param>
/// <param name="Authority">What the server's certificate must be of, in PEM; null: what this machine trusts.</param>
/// <param name="Vm">What virtual machines run on: "kvm", "emulated", or "off": there are none.</param>
/// <param name="VmKernel">Folder laid out as a kernel's package; null: where packaging puts one, else this machine's own.</param>
sealed record BuilderOptions(
    Uri Server, string Token, string Data, string Isolation, int Slots, string DockerHost, string? MockImage, uint BuildUser,
    IReadOnlyList<string> Arches, KeepLimits Keep, long PackageStoreBytes, long MaxLogBytes, TimeSpan EnginePatience,
    string Vm = "off", string? VmKernel = null, long? MinFreeBytes = null, string ForeignArches = "none", string? Authority = null, string? PoolToken = null, string? Name = null)
{
    const string UsualServer = "http://localhost:8420", UsualToken = "/etc/skyline/builder.token", UsualData = "/var/lib/skyline-builder";

    /// <param name="file">What the settings file says, by option; null: nothing.</param>
    /// <exception cref="BadOptionException">With a sentence that names the option.</exception>
    public static BuilderOptions Parse(IReadOnlyList<string> args, Func<string, string?> environment, IReadOnlyDictionary<string, string>? file = null)
    {
        var given = Given(args, environment, file);
        var keep = Bytes("keep-bytes", given["keep-bytes"] ?? "20G");
        var pool = given["pool-token-file"];
        if (pool is not null && given["token-file"] is not null) throw new BadOptionException("--token-file and --pool-token-file: a builder has a token of its own or gets one by joining a pool; name one of the two files.");
        return new(
            ServerOf(given["server"] ?? UsualServer), pool is null ? TokenOf("token-file", given["token-file"] ?? (File.Exists(UsualToken) ? UsualToken : null)) : "", given["data"] ?? UsualData, IsolationOf(given["isolation"] ?? "auto"),
            Number("slots", given["slots"], Machine.SlotsFor(Machine.Cores, Machine.MemoryBytes), 1, 1024),
            given["docker-host"] ?? environment("DOCKER_HOST") ?? "unix:///var/run/docker.sock", given["mock-image"],
            (uint)Number("build-user", given["build-user"], 1_900_000_000, 1, int.MaxValue - 1024),
            given["arches"]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [OwnArch],
            new KeepLimits(Number("keep-buildroots", given["keep-buildroots"], 40, 2, 100_000), keep), keep, Bytes("max-log", given["max-log"] ?? "256M"),
            TimeSpan.FromSeconds(Number("engine-patience", given["engine-patience"], 60, 1, 3600)),
            VmOf(given["vm"] ?? (given["isolation"] == "vm" ? "kvm" : "off"), given["isolation"]), given["vm-kernel"],
            given["min-free"] is { } free ? Bytes("min-free", free) : null, given["foreign-arches"] ?? "none", ServerSockets.AuthorityOf(given["ca"]),
            pool is null ? null : TokenOf("pool-token-file", pool), given["name"] ?? Environment.MachineName);
    }

    /// <summary>The agent's folder alone, for whoever asks beside the agent and has no token.</summary>
    public static string DataOf(IReadOnlyList<string> args, Func<string, string?> environment, IReadOnlyDictionary<string, string>? file = null) => Given(args, environment, file)["data"] ?? UsualData;

    static Dictionary<string, string?> Given(IReadOnlyList<string> args, Func<string, string?> environment, IReadOnlyDictionary<string, string>? file)
    {
        var given = KnownOptions.All.ToDictionary(option => option.Name, option => environment(option.Variable) is { Length: > 0 } said ? said : file?.GetValueOrDefault(option.Name));
        for (var at = 0; at < args.Count; at++)
        {
            var (name, value) = args[at].StartsWith("--", StringComparison.Ordinal) && args[at].Split('=', 2) is var parts ? (parts[0][2..], parts.ElementAtOrDefault(1)) : ("", null);
            if (!given.ContainsKey(name)) throw new BadOptionException($"{args[at]} is no option of skyline-builder.{SettingsText.DidYouMean(name, KnownOptions.Names)} --help lists them.");
            given[name] = value ?? (++at < args.Count ? args[at] : throw new BadOptionException($"--{name} wants a value."));
        }
        return given;
    }

    static Uri ServerOf(string? text) =>
        Uri.TryCreate(text is null ? null : text.TrimEnd('/') + "/", UriKind.Absolute, out var server) && server.Scheme is "http" or "https" ? server
        : throw new BadOptionException($"--server {text}: give the Skyline server's address, as in --server https://skyline.example.org.");

    static string TokenOf(string option, string? path)
    {
        if (path is null) throw new BadOptionException("--token-file: name the file that holds this builder's token; `skyline builder add NAME` on the server prints one. Or join a pool with --pool-token-file.");
        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 } token ? token : throw new BadOptionException($"--{option} {path} is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadOptionException($"--{option} {path} cannot be read: {e.Message}");
        }
    }

    static string IsolationOf(string text) =>
        text is "auto" or "docker" or "bubblewrap" or "vm" ? text : throw new BadOptionException($"--isolation {text}: it is auto, docker, bubblewrap or vm.");

    static string VmOf(string text, string? isolation) =>
        text is not ("off" or "kvm" or "emulated") ? throw new BadOptionException($"--vm {text}: it is off, kvm or emulated.")
        : text == "off" && isolation == "vm" ? throw new BadOptionException("--vm off: with --isolation vm it is kvm or emulated.")
        : text;

    static int Number(string name, string? text, int usual, int least, int most) =>
        text is null ? usual
        : int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw new BadOptionException($"--{name} {text}: it is a number from {least} to {most}.");

    static long Bytes(string name, string text)
    {
        var shift = text.Length > 0 ? "KMGT".IndexOf(text[^1], StringComparison.Ordinal) : -1;
        return long.TryParse(shift < 0 ? text : text[..^1], CultureInfo.InvariantCulture, out var number) && number > 0 && number < 1L << 40
            ? number << (10 * (shift + 1)) : throw new BadOptionException($"--{name} {text}: it is a size, as in 500M or 20G.");
    }

    /// <summary>This machine's architecture by rpm's name.</summary>
    public static string OwnArch => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.X86 => "i686",
        Architecture.Arm64 => "aarch64",
        Architecture.Arm => "armv7hl",
        Architecture.Ppc64le => "ppc64le",
        Architecture.S390x => "s390x",
        Architecture.RiscV64 => "riscv64",
        Architecture.LoongArch64 => "loongarch64",
        var other => other.ToString().ToLowerInvariant(),
    };
}

/// <summary>An option is missing or makes no sense; the message says which and why.</summary>
sealed class BadOptionException(string message) : Exception(message)
{
    /// <summary>The first word of a message about an option is the option; null: it is about something else.</summary>
    public string? Option => KnownOptions.Names.FirstOrDefault(name => Message.StartsWith($"--{name} ", StringComparison.Ordinal) || Message.StartsWith($"--{name}:", StringComparison.Ordinal));
}
