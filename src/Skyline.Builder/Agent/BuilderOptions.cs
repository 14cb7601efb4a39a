using System.Globalization;
using System.Runtime.InteropServices;

namespace Skyline.Builder;

/// <summary>What the agent is told: by arguments, or by environment variables of the same names (SKYLINE_BUILDER_SERVER …). Arguments win.</summary>
/// <param name="Token">Its own; empty where it joins a pool: then it gets one.</param>
/// <param name="PoolToken">The pool's that it joins as <paramref name="Name"/>; null: it has a token of its own.</param>
/// <param name="MinFreeBytes">With less room on the disk it takes no work; null: as much as suits the disk.</param>
/// <param name="BuildUser">Under bubblewrap, the first of the users that builds run as on this machine, one a slot. They need no entry in passwd and must own nothing.</param>
/// <param name="Vm">What virtual machines run on: "kvm", "emulated", or "off": there are none.</param>
/// <param name="VmKernel">Folder laid out as a kernel's package; null: where packaging puts one, else this machine's own.</param>
sealed record BuilderOptions(
    Uri Server, string Token, string Data, string Isolation, int Slots, string DockerHost, string? MockImage, uint BuildUser,
    IReadOnlyList<string> Arches, KeepLimits Keep, long PackageStoreBytes, long MaxLogBytes, TimeSpan EnginePatience,
    string Vm = "off", string? VmKernel = null, long? MinFreeBytes = null, string ForeignArches = "none", string? PoolToken = null, string? Name = null)
{
    public const string Usage = """
        Usage: skyline-builder --server URL --token-file FILE [option…]

        Builds packages for a Skyline server: asks it for runs, does them, reports. Dials out only.

          --server URL            the Skyline server
          --token-file FILE       this builder's token, as `skyline builder add` printed it
          --pool-token-file FILE  in place of that a pool's token, as `skyline pool create` printed it: joins the pool
          --name NAME             what it is called in the pool (default: the machine's name)
          --data DIR              folder of this agent alone (default /var/lib/skyline-builder)
          --isolation WHICH       auto, docker, bubblewrap or vm (default auto: docker where an engine answers)
          --vm WHICH              virtual machines for chroots that ask for them: off, kvm or emulated, which is
                                  slow (default: off, or kvm with --isolation vm)
          --vm-kernel DIR         an unpacked kernel package for them (default: /usr/lib/skyline/vm-kernel, else /)
          --slots N               builds at once (default: one for two processors and 4G of memory, at least 1)
          --docker-host URL       the container engine (default $DOCKER_HOST, else unix:///var/run/docker.sock)
          --engine-patience N     seconds the container engine may take to answer (default 60)
          --mock-image IMAGE      container image with mock, for chroots whose engine is mock (default: none, and none of those)
          --build-user UID        under bubblewrap, first user id of builds, one a slot (default 1900000000)
          --arches LIST           what this machine can build (default: its own architecture)
          --foreign-arches WHICH  what it builds by qemu-user while no native builder is there: none, auto or a list (default none)
          --keep-buildroots N     buildroots kept (default 40)
          --keep-bytes SIZE       bytes of buildroots kept, and of packages (default 20G; K, M, G, T)
          --min-free SIZE         free disk below which it takes no work (default: 2G, or a tenth of a smaller disk)
          --max-log SIZE          the longest log a build may write, if the server takes it (default 256M)
          --version, --help

        Each may be given as an environment variable too: SKYLINE_BUILDER_SERVER, SKYLINE_BUILDER_TOKEN_FILE …
        """;

    static readonly string[] names =
    [
        "server", "token-file", "pool-token-file", "name", "data", "isolation", "vm", "vm-kernel", "slots", "docker-host", "engine-patience", "mock-image", "build-user", "arches", "foreign-arches",
        "keep-buildroots", "keep-bytes", "min-free", "max-log",
    ];

    /// <exception cref="BadOptionException">With a sentence that names the option.</exception>
    public static BuilderOptions Parse(IReadOnlyList<string> args, Func<string, string?> environment)
    {
        var given = names.ToDictionary(name => name, name => environment("SKYLINE_BUILDER_" + name.ToUpperInvariant().Replace('-', '_')) is { Length: > 0 } said ? said : null);
        for (var at = 0; at < args.Count; at++)
        {
            var (name, value) = args[at].StartsWith("--", StringComparison.Ordinal) && args[at].Split('=', 2) is var parts ? (parts[0][2..], parts.ElementAtOrDefault(1)) : ("", null);
            if (!given.ContainsKey(name)) throw new BadOptionException($"{args[at]} is no option of skyline-builder; --help lists them.");
            given[name] = value ?? (++at < args.Count ? args[at] : throw new BadOptionException($"--{name} wants a value."));
        }
        var keep = Bytes("keep-bytes", given["keep-bytes"] ?? "20G");
        var pool = given["pool-token-file"];
        if (pool is not null && given["token-file"] is not null) throw new BadOptionException("--token-file and --pool-token-file: a builder has a token of its own or gets one by joining a pool; name one of the two files.");
        return new(
            ServerOf(given["server"]), pool is null ? TokenOf("token-file", given["token-file"]) : "", given["data"] ?? "/var/lib/skyline-builder", IsolationOf(given["isolation"] ?? "auto"),
            Number("slots", given["slots"], Machine.SlotsFor(Machine.Cores, Machine.MemoryBytes), 1, 1024),
            given["docker-host"] ?? environment("DOCKER_HOST") ?? "unix:///var/run/docker.sock", given["mock-image"],
            (uint)Number("build-user", given["build-user"], 1_900_000_000, 1, int.MaxValue - 1024),
            given["arches"]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [OwnArch],
            new KeepLimits(Number("keep-buildroots", given["keep-buildroots"], 40, 2, 100_000), keep), keep, Bytes("max-log", given["max-log"] ?? "256M"),
            TimeSpan.FromSeconds(Number("engine-patience", given["engine-patience"], 60, 1, 3600)),
            VmOf(given["vm"] ?? (given["isolation"] == "vm" ? "kvm" : "off"), given["isolation"]), given["vm-kernel"],
            given["min-free"] is { } free ? Bytes("min-free", free) : null, given["foreign-arches"] ?? "none",
            pool is null ? null : TokenOf("pool-token-file", pool), given["name"] ?? Environment.MachineName);
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
sealed class BadOptionException(string message) : Exception(message);
