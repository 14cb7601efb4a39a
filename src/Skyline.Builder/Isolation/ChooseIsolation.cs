using Microsoft.Extensions.Logging;

namespace Skyline.Builder;

/// <summary>Docker where an engine answers, else bubblewrap; or the one that was asked for, or a sentence why not.</summary>
static class ChooseIsolation
{
    /// <exception cref="BuilderBrokeException">There is none that works here.</exception>
    public static async Task<IIsolation> Choose(BuilderOptions options, DataFolder data, TimeProvider time, ILogger log, CancellationToken ct)
    {
        string? noDocker = null;
        if (options.Isolation is not "bubblewrap")
        {
            var docker = new DockerIsolation(DockerIsolation.Connect(options.DockerHost), data, time, log);
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
}
