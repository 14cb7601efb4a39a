using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;

namespace Skyline.Builder;

/// <summary>How this container engine is to be spoken to.</summary>
/// <param name="Security">For every container. mock's mount, and so have the engine's own profile of system calls.</param>
/// <param name="Profile">For builds beside that: our own profile; empty where the engine has no use for one.</param>
/// <param name="Limits">What this engine would set by itself, and higher than it may.</param>
/// <param name="UserNamespace">Null: the engine's own choice.</param>
/// <param name="DiskWeight">Of 1000; who names none has 500. 0: the engine does not weigh.</param>
sealed record EngineTraits(IReadOnlyList<string> Security, IReadOnlyList<string> Profile, IReadOnlyList<Ulimit> Limits, string? UserNamespace, ushort DiskWeight)
{
    public static readonly EngineTraits Unknown = new(["no-new-privileges"], [], [], null, 0);

    public static async Task<EngineTraits> Of(DockerClient docker, string host, DataFolder data, ILogger log, CancellationToken ct)
    {
        var info = await docker.System.GetSystemInfoAsync(ct);
        var options = info.SecurityOptions ?? [];
        var isPodman = (await docker.System.GetVersionAsync(ct)).Components?.Any(part => part.Name.StartsWith("Podman", StringComparison.Ordinal)) is true;
        return new(
            // Under SELinux a container may not read folders of the machine unless each is relabelled, file by file, at each start.
            [.. Unknown.Security, .. Has("selinux") ? ["label=disable"] : Array.Empty<string>()],
            await ProfileOf(Has("seccomp"), isPodman, host, data, log, ct),
            // Podman, once it is told any limit, sets its own of processes too, which a service without CAP_SYS_RESOURCE may not raise.
            isPodman ? [new() { Name = "nproc", Soft = Bounds.UsersProcesses, Hard = Bounds.UsersProcesses }] : [],
            // Files of builds are the agent's to read, whatever users the engine gives to other containers.
            Has("userns") ? "host" : null,
            // Docker's own runtime drops a weight that the kernel has no use for, with a warning; others may fail.
            info.Runtimes?.ContainsKey("io.containerd.runc.v2") is true && info.Warnings?.Any(warning => warning.Contains("weight", StringComparison.Ordinal)) is not true ? (ushort)100 : (ushort)0);

        bool Has(string what) => options.Any(option => option.Contains(what, StringComparison.Ordinal));
    }

    /// <summary>Docker's API takes a profile's text, Podman's the name of a file with it.</summary>
    static async Task<IReadOnlyList<string>> ProfileOf(bool filters, bool isPodman, string host, DataFolder data, ILogger log, CancellationToken ct)
    {
        if (CallArch.Own is not { } arch || !filters)
        {
            log.LogWarning("No filter of system calls of Skyline's own: {Why}", CallArch.Own is null ? "those of this machine's architecture are not known to this program" : $"the engine at {host} has no seccomp");
            return [];
        }
        if (!isPodman) return ["seccomp=" + SeccompProfile.For(arch)];
        await File.WriteAllTextAsync(data.SeccompProfile, SeccompProfile.For(arch), ct);
        return ["seccomp=" + data.SeccompProfile];
    }
}
