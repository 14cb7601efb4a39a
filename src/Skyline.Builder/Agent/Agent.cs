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
        SeccompFilter.Write(data);
        await using var isolation = await ChooseIsolation.Choose(options, data, time, log, stopping);
        await Sweep.Leftovers(data, isolation, log, stopping);
        var machines = await ChooseIsolation.Beside(isolation, options, data, time, log, stopping);
        if (machines is not null) await machines.Sweep(stopping);
        var foreign = ForeignArches.Choose(options.ForeignArches, options.Arches);
        var confinement = await Confinement.Probe(data, stopping);
        if (!confinement.Works) log.LogWarning("{Why}: buildroots are filled without confinement, so their packages' scriptlets could touch this machine", confinement.Why);
        var overlays = isolation.SeesMounts && await CanOverlay(data, stopping);
        var noDisks = isolation.SeesMounts ? await RunDisk.Probe(data, stopping) : "the container engine does not see what is mounted here";
        data.MakesDisks = noDisks is null;
        if (noDisks is not null) log.LogInformation("What builds write to disk is watched, not bounded by a disk of each one's own: {Why}", noDisks);

        if (options.PoolToken is not null) options = options with { Token = await JoinPool.Join(options, time, log, stopping) };
        using var server = ConnectTo(options, data, time);
        using var anyone = new HttpClient(new ToTheServer(options.Server, options.Token, options.Authority)) { Timeout = TimeSpan.FromMinutes(30) };
        var known = new KnownResolutions();
        var resolvers = Enumerable.Range(0, options.Slots).Select(slot => new Resolver(new(data.MetadataOf(slot)), known, confinement, options.Server, options.Token, options.Authority)).ToList();
        foreach (var resolver in resolvers) resolver.WarmUp();
        var download = new DownloadPackages(data, anyone, options.PackageStoreBytes, time);
        var make = new MakeBuildroot(download, confinement, options.Server);
        var mock = await MockOf(options, isolation, new(download, options.Server), make, new(data, options.Keep with { Bytes = options.Keep.Bytes / options.Slots }, time), stopping);
        if (mock is not null) log.LogInformation("mock {Version} in image {Image} ({Id})", mock.Version, mock.Image, mock.ImageId);
        await using var shop = new Workshop(resolvers, new KeptBuildroots(data, make, options.Keep, overlays, time, log, mock), isolation, mock, time, download, machines);
        var contract = new BuilderContract(server);
        log.LogInformation("Builder {Version} works for {Server} in {Slots} slots", AgentVersion.Text, options.Server, options.Slots);
        var (machine, notice) = (new Machine(options, data, foreign, mock?.Version, time), new ServerNotice(log));
        data.KeepsFreeBytes = machine.KeepsFreeBytes;
        await Task.WhenAll(Enumerable.Range(0, options.Slots).Select(slot => new BuilderLoop(slot, contract, data, shop, options, machine, notice, log).Run(stopping)));
        foreach (var mount in Mounts.Below(data.Buildroots)) await Mounts.Unmount(mount);
    }

    static async Task<MockEngine?> MockOf(BuilderOptions options, IIsolation isolation, MockRepos repos, MakeBuildroot make, MockCaches caches, CancellationToken ct)
    {
        await caches.Sweep(options.MockImage is null ? 0 : options.Slots);
        return options.MockImage is not { } image ? null
            : isolation is DockerIsolation docker ? await MockEngine.Open(docker, image, repos, make, caches, ct)
            : throw new BuilderBrokeException($"--mock-image {image}: mock runs in a container, and builds here are isolated by {isolation.Name}; --isolation docker says why there is no container engine.");
    }

    /// <summary>Calls have their own time limits; the connection to a server that is not there fails soon.</summary>
    static HttpClient ConnectTo(BuilderOptions options, DataFolder data, TimeProvider time) => new(new Heard(data, time, ServerSockets.Make(options.Authority, TimeSpan.FromSeconds(10))))
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
