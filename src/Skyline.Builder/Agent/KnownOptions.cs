using System.Text;
using Skyline.Shared;

namespace Skyline.Builder;

/// <param name="Takes">"FILE", "N".</param>
/// <param name="Usual">As it would be written; empty: there is nothing usual to write.</param>
sealed record BuilderOption(string Name, string Takes, string Does, string Usual = "")
{
    /// <summary>As the environment has it.</summary>
    public string Variable => KnownOptions.Before + Name.ToUpperInvariant().Replace('-', '_');
}

/// <summary>Every option there is, once: the help, the shipped file and what is taken are of this list.</summary>
static class KnownOptions
{
    public const string Before = "SKYLINE_BUILDER_";

    public static readonly IReadOnlyList<BuilderOption> All =
    [
        new("server", "URL", "the Skyline server (default http://localhost:8420)", "http://localhost:8420"),
        new("ca", "FILE", "the authority that the server's certificate must be of, in PEM (default: those this machine trusts)"),
        new("token-file", "FILE", "this builder's token, as `skyline builder add` printed it (default: /etc/skyline/builder.token)", "/etc/skyline/builder.token"),
        new("pool-token-file", "FILE", "in place of that a pool's token, as `skyline pool create` printed it: joins the pool"),
        new("name", "NAME", "what it is called in the pool (default: the machine's name)"),
        new("data", "DIR", "folder of this agent alone (default /var/lib/skyline-builder)", "/var/lib/skyline-builder"),
        new("isolation", "WHICH", "auto, docker, bubblewrap or vm (default auto: docker where an engine answers)", "auto"),
        new("vm", "WHICH", "virtual machines for chroots that ask for them: off, kvm or emulated, which is slow (default: off, or kvm with --isolation vm)", "off"),
        new("vm-kernel", "DIR", "an unpacked kernel package for them (default: /usr/lib/skyline/vm-kernel, else /)"),
        new("slots", "N", "builds at once, from 1 to 1024 (default: one for two processors and 4G of memory, at least 1)"),
        new("docker-host", "URL", "the container engine (default $DOCKER_HOST, else unix:///var/run/docker.sock)", "unix:///var/run/docker.sock"),
        new("engine-patience", "N", "seconds the container engine may take to answer, from 1 to 3600 (default 60)", "60"),
        new("mock-image", "IMAGE", "container image with mock, for chroots whose engine is mock (default: none, and none of those)"),
        new("build-user", "UID", "under bubblewrap, first user id of builds, one a slot (default 1900000000)", "1900000000"),
        new("arches", "LIST", "what this machine can build, with commas between them (default: its own architecture)"),
        new("foreign-arches", "WHICH", "what it builds by qemu-user while no native builder is there: none, auto or a list (default none)", "none"),
        new("keep-buildroots", "N", "buildroots kept, from 2 to 100000 (default 40)", "40"),
        new("keep-bytes", "SIZE", "bytes of buildroots kept, and of packages (default 20G; K, M, G, T)", "20G"),
        new("min-free", "SIZE", "free disk below which it takes no work (default: 2G, or a tenth of a smaller disk)"),
        new("max-log", "SIZE", "the longest log a build may write, if the server takes it (default 256M)", "256M"),
    ];

    public static IEnumerable<string> Names => All.Select(option => option.Name);

    public static string Usage() =>
        $"""
        Usage: skyline-builder [--config FILE] [option…]

        Builds packages for a Skyline server: asks it for runs, does them, reports. Dials out only.

        {string.Join('\n', All.Append(new("config", "FILE", $"the settings file (default {BuilderFile.Usual}, where it is there)")).Select(Help))}
          --healthy               only says whether the server has answered the builder of --data lately (exit code 0) or not (1)
          --version, --help

        Each may be given as an environment variable too: SKYLINE_BUILDER_SERVER, SKYLINE_BUILDER_TOKEN_FILE …; or in the settings
        file, a line each: server = URL. Arguments go before the environment, and that before the file.
        """;

    static string Help(BuilderOption option) => $"  {$"--{option.Name} {option.Takes}",-23} {option.Does}";

    /// <summary>What packaging/config/builder.conf says; a test holds the file against it.</summary>
    public static string Shipped()
    {
        var text = new StringBuilder();
        text.Comment("Settings of skyline-builder. What is commented out is what holds anyway. A line is a setting: name = value; a comment has a line of its own.")
            .Comment("What is no setting, or no value of one, stops the start, with its line and a cure. Restart the builder after a change: systemctl restart skyline-builder").Append("#\n")
            .Comment("Each may be set by the environment too, which goes before this file: SKYLINE_BUILDER_TOKEN_FILE=value. Beside the server there is nothing to do: /etc/skyline/builder.token leads to the token that the server's first start made.").Append('\n');
        foreach (var option in All) text.Comment(char.ToUpperInvariant(option.Does[0]) + option.Does[1..] + ".").Setting(option.Name, option.Usual);
        return text.ToString().TrimEnd('\n') + "\n";
    }
}
