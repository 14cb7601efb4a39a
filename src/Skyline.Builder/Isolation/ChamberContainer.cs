using Docker.DotNet.Models;

namespace Skyline.Builder;

/// <summary>The container that a build is in: an ordinary user without capabilities or network, a read-only root, bounded.</summary>
static class ChamberContainer
{
    public static CreateContainerParameters Describe(Chamber chamber, IReadOnlyList<TopEntry> top, string image, EngineTraits traits, IDictionary<string, string> labels) => new()
    {
        Image = image,
        Cmd = [.. chamber.Command],
        User = $"{Chamber.User}:{Chamber.User}",
        WorkingDir = "/builddir",
        Hostname = Chamber.HostName,
        Labels = labels,
        HostConfig = new HostConfig
        {
            NetworkMode = "none",
            CapDrop = ["ALL"],
            SecurityOpt = [.. traits.Security, .. traits.Profile],
            UsernsMode = traits.UserNamespace ?? "",
            BlkioWeight = traits.DiskWeight,
            ReadonlyRootfs = true,
            Memory = chamber.Limits.MemoryBytes,
            MemorySwap = chamber.Limits.MemoryBytes,
            PidsLimit = chamber.Limits.Processes,
            NanoCPUs = (long)(Math.Min(chamber.Limits.Cpus, Environment.ProcessorCount) * 1e9),
            Ulimits =
            [
                new() { Name = "fsize", Soft = chamber.Limits.DiskBytes, Hard = chamber.Limits.DiskBytes }, new() { Name = "core", Soft = 0, Hard = 0 },
                new() { Name = "nofile", Soft = 1024, Hard = Bounds.OpenFiles }, .. traits.Limits,
            ],
            Tmpfs = new Dictionary<string, string> { ["/tmp"] = Temporary(chamber), ["/var/tmp"] = Temporary(chamber) },
            Mounts = [.. top.Where(entry => entry.IsBound).Select(entry => Bind(Path.Combine(chamber.Root, entry.Name), "/" + entry.Name, readOnly: true)), Bind(chamber.Work, "/builddir", readOnly: false)],
            // The log goes to the agent; the engine need not keep it too.
            LogConfig = new LogConfig { Type = "none" },
        },
    };

    public static Mount Bind(string source, string target, bool readOnly) => new() { Type = "bind", Source = source, Target = target, ReadOnly = readOnly };

    static string Temporary(Chamber chamber) => $"exec,mode=1777,size={chamber.Limits.MemoryBytes}";
}
