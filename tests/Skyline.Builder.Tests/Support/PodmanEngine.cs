using System.Diagnostics;

namespace Skyline.Builder.Tests;

/// <summary>Podman as a container engine: its Docker-compatible service on a socket of the tests' own, with storage of their own.</summary>
sealed class PodmanEngine : IAsyncDisposable
{
    /// <summary>What podman 4.3 needs in a container or on an old kernel: no limits above the caller's own, control groups without systemd.</summary>
    const string Conf = """
        [containers]
        default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
        [engine]
        runtime = "runc"
        cgroup_manager = "cgroupfs"
        events_logger = "file"

        """;

    readonly Process service;
    readonly string folder;

    PodmanEngine(Process service, string folder) => (this.service, this.folder) = (service, folder);

    public string Host => "unix://" + Socket(folder);

    static string Socket(string folder) => Path.Combine(folder, "s");

    /// <returns>null where it can be started; else why tests that need it are skipped.</returns>
    public static string? Missing() =>
        new[] { "podman", "runc" }.FirstOrDefault(program => !new[] { "/usr/bin", "/usr/sbin" }.Any(at => File.Exists(Path.Combine(at, program)))) is { } program ? $"{program} is not installed, so nothing can be said about builds in Podman's containers"
        : !Libc.IsRoot ? "Podman's service is tried as root only" : null;

    public static async Task<PodmanEngine> Start()
    {
        // (Podman takes no run folder of more than 50 letters.)
        var folder = Directory.CreateTempSubdirectory("skp-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "containers.conf"), Conf);
        var start = new ProcessStartInfo("podman", ["--root", Path.Combine(folder, "root"), "--runroot", Path.Combine(folder, "run"), "--tmpdir", Path.Combine(folder, "tmp"), "system", "service", "--time", "0", "unix://" + Socket(folder)])
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            Environment = { ["CONTAINERS_CONF"] = Path.Combine(folder, "containers.conf") },
        };
        var service = Process.Start(start)!;
        service.StandardInput.Close();
        var said = service.StandardError.ReadToEndAsync();
        using var docker = DockerIsolation.Connect("unix://" + Socket(folder));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var looks = 0; looks < 300; looks++)
        {
            await look.WaitForNextTickAsync();
            if (service.HasExited) Assert.Fail($"podman system service ended with {service.ExitCode}: {await said}");
            if (File.Exists(Socket(folder)) && await Answers(docker)) return new(service, folder);
        }
        service.Kill();
        throw new TimeoutException("Podman's service does not answer.");
    }

    static async Task<bool> Answers(Docker.DotNet.DockerClient docker)
    {
        try
        {
            await docker.System.PingAsync();
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    /// <summary>How many containers there are.</summary>
    public async Task<int> Containers()
    {
        using var docker = DockerIsolation.Connect(Host);
        return (await docker.Containers.ListContainersAsync(new Docker.DotNet.Models.ContainersListParameters { All = true })).Count;
    }

    public async ValueTask DisposeAsync()
    {
        service.Kill();
        await service.WaitForExitAsync();
        service.Dispose();
        foreach (var mount in Mounts.Below(folder)) await Mounts.Unmount(mount);
        await RemoveTree.At(folder);
    }
}
