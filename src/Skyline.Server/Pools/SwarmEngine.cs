using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;
using Skyline.Server.Storage;

namespace Skyline.Server.Pools;

/// <summary>A service that is one builder.</summary>
/// <param name="StartedAt">By this server's clock, in milliseconds of Unix time.</param>
sealed record BuilderService(string Name, long StartedAt);

/// <summary>The Swarm's manager: few verbs, each one call. A pool's builders are a service each, made after the pool's own, which runs nothing.</summary>
/// <remarks>
/// Not one service with as many replicas: which of those goes when there are to be fewer is Swarm's choice, and that is by how they are spread over
/// the nodes before it is by whether they run (tried: of five, one of which had ended, a running one was stopped). A service of its own goes when we say.
/// </remarks>
sealed class SwarmEngine(SkylineSettings settings, TimeProvider time) : IDisposable
{
    public const string PoolLabel = "skyline.pool", BuilderLabel = "skyline.builder", StartedLabel = "skyline.started";
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);
    readonly Lazy<DockerClient> docker = new(() => Connect(settings.Swarm));

    public bool IsOn => settings.Swarm.IsOn;

    static DockerClient Connect(SwarmSettings swarm)
    {
        var builder = new DockerClientBuilder().WithEndpoint(new Uri(swarm.Host)).WithTimeout(patience);
        return (swarm.CertificateFolder.Length > 0 ? builder.WithAuthProvider(new SwarmTls(swarm.CertificateFolder)) : builder).Build();
    }

    /// <summary>What builders of the pool are made after; null: there is no such service.</summary>
    public async Task<ServiceSpec?> Mould(string service, CancellationToken ct) =>
        (await List("name", service, ct)).FirstOrDefault(spec => spec.Name == service && spec.TaskTemplate?.ContainerSpec is not null);

    /// <summary>Those that are the pool's builders by their labels, whichever server started them.</summary>
    public async Task<IReadOnlyList<BuilderService>> Builders(string pool, CancellationToken ct) =>
        [.. (await List("label", $"{PoolLabel}={pool}", ct)).Where(spec => spec is { Name: not null, Labels: { } labels } && labels.ContainsKey(BuilderLabel))
            .Select(spec => new BuilderService(spec.Name!, spec.Labels!.TryGetValue(StartedLabel, out var at) && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var started) ? started : 0))];

    public async Task Start(ServiceSpec mould, string pool, string name, int slots, CancellationToken ct)
    {
        var task = mould.TaskTemplate!;
        string[] ours = [$"SKYLINE_BUILDER_NAME={name}", $"SKYLINE_BUILDER_SLOTS={slots}"];
        var before = task.ContainerSpec!.Env;
        task.ContainerSpec.Env = [.. (before ?? []).Where(one => !ours.Any(own => one.StartsWith(own[..(own.IndexOf('=') + 1)], StringComparison.Ordinal))), .. ours];
        try
        {
            await docker.Value.Swarm.CreateServiceAsync(new ServiceCreateParameters
            {
                Service = new ServiceSpec
                {
                    Name = name, TaskTemplate = task, EndpointSpec = mould.EndpointSpec,
                    Labels = new Dictionary<string, string>(mould.Labels ?? new Dictionary<string, string>()) { [PoolLabel] = pool, [BuilderLabel] = name, [StartedLabel] = time.Stamp().ToString(CultureInfo.InvariantCulture) },
                    Mode = new ServiceMode { Replicated = new ReplicatedService { Replicas = 1 } },
                },
            }, ct);
        }
        catch (DockerApiException e) when (e.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // Started already, by an earlier life of this server that did not hear the answer; the next look finds it.
        }
        finally
        {
            task.ContainerSpec.Env = before;
        }
    }

    public async Task End(BuilderService service, CancellationToken ct)
    {
        try
        {
            await docker.Value.Swarm.RemoveServiceAsync(service.Name, ct);
        }
        catch (DockerApiException e) when (e.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            // It is gone.
        }
    }

    async Task<IEnumerable<ServiceSpec>> List(string filter, string value, CancellationToken ct) =>
        (await docker.Value.Swarm.ListServicesAsync(new ServiceListParameters { Filters = new Dictionary<string, IDictionary<string, bool>> { [filter] = new Dictionary<string, bool> { [value] = true } } }, ct)).Select(one => one.Spec).OfType<ServiceSpec>();

    public void Dispose()
    {
        if (docker.IsValueCreated) docker.Value.Dispose();
    }
}
