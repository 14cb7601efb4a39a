using System.Text.Json;

namespace Skyline.Testing;

/// <summary>Docker's compose, Podman's quadlet and cloud-init, as packaging/container-tools has fetched them; `./dev test` says where by the environment.</summary>
public static class ContainerTools
{
    /// <summary>Null: they can be had. Else why not, for the test that is skipped.</summary>
    public static string? WhyNot => Environment.GetEnvironmentVariable("SKYLINE_NO_CONTAINER_TOOLS") is { Length: > 0 } why ? why : null;

    public static string Folder =>
        Environment.GetEnvironmentVariable("SKYLINE_CONTAINER_TOOLS") is { Length: > 0 } folder && File.Exists(Path.Combine(folder, "made"))
            ? folder
            : throw new InvalidOperationException("Docker's compose, Podman's quadlet and cloud-init are not there: run `./dev test`, or `packaging/container-tools/make FOLDER` and set SKYLINE_CONTAINER_TOOLS=FOLDER.");

    /// <summary>A compose file as Docker understands it, with these settings in the environment.</summary>
    public static async Task<Tool.Result> Compose(IEnumerable<string> settings, CancellationToken ct, string file = "docker-compose.yml") =>
        await Tool.Run("/usr/bin/env", ["-i", "PATH=/usr/bin:/bin", .. settings, Path.Combine(Folder, "docker-compose"), "--project-directory", Checkout.Root, "-f", Path.Combine(Checkout.Root, file), "config", "--format", "json"], ct);

    /// <summary>The document in what a program said: what it warned of stands around it.</summary>
    public static JsonElement Json(string said) => JsonDocument.Parse(said[said.IndexOf('{', StringComparison.Ordinal)..(said.LastIndexOf('}') + 1)]).RootElement;

    /// <summary>What Podman's generator makes of the units, for an ordinary user.</summary>
    public static async Task<Tool.Result> Quadlet(string units, CancellationToken ct) =>
        await Tool.Run("/usr/bin/env", ["-i", "PATH=/usr/bin:/bin", "QUADLET_UNIT_DIRS=" + units, Path.Combine(Folder, "quadlet"), "-dryrun", "-user", "-no-kmsg-log"], ct);

    public static async Task<Tool.Result> CloudInitSchema(string file, CancellationToken ct) =>
        await Tool.Run("/usr/bin/env", ["-i", "PATH=/usr/bin:/bin", "PYTHONPATH=" + Folder, "PYTHONDONTWRITEBYTECODE=1", "/usr/bin/python3", "-m", "cloudinit.cmd.main", "schema", "--config-file", file], ct);
}
