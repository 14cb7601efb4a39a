using Docker.DotNet.Models;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>
/// The container that one run's mock is in. mock mounts and changes users, so it has the few capabilities that this takes (found by
/// taking away one after the other), and no others; it has no network, and writes to its folders only.
/// </summary>
static class MockContainer
{
    /// <summary>FOWNER, FSETID, SETFCAP and MKNOD are what packages of real distributions need when they are installed.</summary>
    static readonly string[] capabilities = ["SYS_ADMIN", "SYS_CHROOT", "SETUID", "SETGID", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETFCAP", "MKNOD"];

    public static CreateContainerParameters Describe(string image, IList<Mount> mounts, IReadOnlyList<string> command, RunLimits limits, IList<string> security) => new()
    {
        Image = image,
        Cmd = [.. command],
        // mock refuses plain root: it is to be told who calls it, to whom it then gives the results.
        Env = [$"SUDO_UID={Chamber.User}", $"SUDO_GID={Chamber.User}", "HOME=/root", "LANG=C.UTF-8", "PATH=/usr/bin:/usr/sbin"],
        User = "0:0",
        WorkingDir = "/",
        Hostname = Chamber.HostName,
        HostConfig = new HostConfig
        {
            NetworkMode = "none",
            CapDrop = ["ALL"],
            CapAdd = [.. capabilities],
            SecurityOpt = security,
            ReadonlyRootfs = true,
            Memory = limits.MemoryBytes,
            MemorySwap = limits.MemoryBytes,
            PidsLimit = limits.Processes,
            NanoCPUs = (long)(Math.Min(limits.Cpus, Environment.ProcessorCount) * 1e9),
            Tmpfs = new Dictionary<string, string> { ["/tmp"] = "exec,mode=1777", ["/run"] = "mode=755", ["/var/log"] = "mode=755", ["/root"] = "mode=700", ["/var/tmp"] = "exec,mode=1777" },
            Mounts = mounts,
            LogConfig = new LogConfig { Type = "none" },
        },
    };
}
