using Microsoft.Extensions.Logging;

namespace Skyline.Builder;

/// <summary>Docker where an engine answers, else bubblewrap; or the one that was asked for, or a sentence why not.</summary>
static class ChooseIsolation
{
    /// <exception cref="BuilderBrokeException">There is none that works here.</exception>
    public static async Task<IIsolation> Choose(BuilderOptions options, DataFolder data, TimeProvider time, ILogger log, CancellationToken ct)
    {
        if (options.Isolation is "vm") return await Machines(options, data, time, log, ct);
        string? noDocker = null;
        if (options.Isolation is not "bubblewrap")
        {
            var docker = new DockerIsolation(DockerIsolation.Connect(options.DockerHost), data, time, options.EnginePatience, log);
            noDocker = await docker.Probe(options.DockerHost, ct);
            if (noDocker is null)
            {
                log.LogInformation("Builds are isolated by the container engine at {Host}", options.DockerHost);
                return docker;
            }
            await docker.DisposeAsync();
            if (options.Isolation is "docker") throw new BuilderBrokeException($"--isolation docker: {noDocker}.");
        }
        var bubblewrap = new BubblewrapIsolation(data, options.BuildUser, time, log);
        if (await bubblewrap.Probe(ct) is { } why)
            throw new BuilderBrokeException(noDocker is null ? $"--isolation bubblewrap: {why}." : $"Builds cannot be isolated here: {noDocker}; {why}. Install Docker Engine, Podman or bubblewrap.");
        log.LogInformation("Builds are isolated by bubblewrap{Why}", noDocker is null ? "" : $", since {noDocker}");
        return bubblewrap;
    }

    /// <summary>Virtual machines for chroots that ask for them, beside the isolation of all others.</summary>
    /// <returns>null where there are none; the log says why.</returns>
    public static async Task<IIsolation?> Beside(IIsolation usual, BuilderOptions options, DataFolder data, TimeProvider time, ILogger log, CancellationToken ct)
    {
        if (usual is VmIsolation || options.Vm is "off") return usual as VmIsolation;
        try
        {
            return await Machines(options, data, time, log, ct);
        }
        catch (BuilderBrokeException e)
        {
            log.LogWarning("{Why} Builds that ask for a virtual machine are left to other builders", e.Message);
            return null;
        }
    }

    static async Task<VmIsolation> Machines(BuilderOptions options, DataFolder data, TimeProvider time, ILogger log, CancellationToken ct)
    {
        var machines = new VmIsolation(data, options, time, log);
        if (await machines.Probe(ct) is { } why) throw new BuilderBrokeException($"Builds cannot be isolated by virtual machines here: {why}.");
        log.LogInformation("Builds {Which} are isolated by virtual machines, {How}", options.Isolation is "vm" ? "all" : "whose chroot asks for it", options.Vm is "kvm" ? "by KVM" : "emulated and so very slow");
        return machines;
    }
}
