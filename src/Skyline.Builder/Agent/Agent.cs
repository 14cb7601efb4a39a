using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>The builder: opens its folder, chooses its isolation, sweeps, and works in so many slots until it is told to end.</summary>
static class Agent
{
    /// <summary>Ends when <paramref name="stopping"/> does, with every run ended and nothing of it left.</summary>
    /// <exception cref="BuilderBrokeException">It cannot work here; the message says why and what would help.</exception>
    public static async Task Run(BuilderOptions options, TimeProvider time, ILogger log, CancellationToken stopping)
    {
        using var data = DataFolder.Open(options.Data);
        await using var isolation = await ChooseIsolation.Choose(options, data, time, log, stopping);
        await Sweep.Leftovers(data, isolation, log, stopping);
        var confinement = await Confinement.Probe(stopping);
        if (!confinement.Works) log.LogWarning("{Why}: buildroots are filled without confinement, so their packages' scriptlets could touch this machine", confinement.Why);
        var overlays = isolation.SeesMounts && await CanOverlay(data, stopping);

        using var server = ConnectTo(options);
        using var anyone = new HttpClient { Timeout = TimeSpan.FromMinutes(30) };
        await using var resolver = new Resolver(data, confinement, options.Server);
        resolver.WarmUp();
        var download = new DownloadPackages(data, anyone, options.PackageStoreBytes, time);
        var make = new MakeBuildroot(download, confinement, options.Server);
        var shop = new Workshop(resolver, new KeptBuildroots(data, make, options.Keep, overlays, time, log), isolation, MockOf(options, isolation, download, data), time, download);
        var contract = new BuilderContract(server);
        log.LogInformation("Builder {Version} works for {Server} in {Slots} slots", AgentVersion.Text, options.Server, options.Slots);
        await Task.WhenAll(Enumerable.Range(0, options.Slots).Select(slot => new BuilderLoop(slot, contract, data, shop, options, log).Run(stopping)));
        foreach (var mount in Mounts.Below(data.Buildroots)) await Mounts.Unmount(mount);
    }

    static MockEngine? MockOf(BuilderOptions options, IIsolation isolation, DownloadPackages download, DataFolder data) =>
        options.MockImage is not { } image ? null
        : isolation is DockerIsolation docker ? new(docker, image, new(download, options.Server), data)
        : throw new BuilderBrokeException($"--mock-image {image}: mock runs in a container, and builds here are isolated by {isolation.Name}; --isolation docker says why there is no container engine.");

    /// <summary>Calls have their own time limits; the connection to a server that is not there fails soon.</summary>
    static HttpClient ConnectTo(BuilderOptions options) => new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), PooledConnectionLifetime = TimeSpan.FromMinutes(10) })
    {
        BaseAddress = options.Server,
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", options.Token), UserAgent = { new ProductInfoHeaderValue("skyline-builder", AgentVersion.Text) } },
    };

    static async Task<bool> CanOverlay(DataFolder data, CancellationToken ct)
    {
        var scratch = data.Probe;
        try
        {
            return await Mounts.OverlayWorks(scratch, ct);
        }
        finally
        {
            foreach (var mount in Mounts.Below(scratch)) await Mounts.Unmount(mount);
            await RemoveTree.At(scratch);
        }
    }
}
