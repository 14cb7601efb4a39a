using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>
/// A build in a container of Docker Engine, or of Podman behind the same API. The container's image is a mere frame (see
/// <see cref="RootFrame"/>); the kept buildroot's folders are bound into it read-only, so that a new buildroot costs the engine nothing.
/// </summary>
/// <param name="patience">How long the engine may take to answer.</param>
sealed class DockerIsolation(DockerClient docker, DataFolder data, TimeProvider time, TimeSpan patience, ILogger log) : IIsolation
{
    const string RunLabel = "skyline.run", AgentLabel = "skyline.agent";
    static readonly TimeSpan pingPatience = TimeSpan.FromSeconds(10);
    readonly EngineCalls engine = new(docker, patience, time);
    readonly EngineDoubt doubt = new(patience, time);
    readonly RootFrame frame = new(docker, data.AgentId);
    EngineTraits traits = EngineTraits.Unknown;

    public string Name => "docker";
    public bool SeesMounts { get; private set; }
    public uint OwnerOf(int slot) => Chamber.User;

    /// <exception cref="UriFormatException">The address is none.</exception>
    public static DockerClient Connect(string host) => new DockerClientBuilder().WithEndpoint(new Uri(host)).Build();

    /// <summary>Is there an engine, does it see this agent's folder, and what the agent mounts there?</summary>
    /// <returns>null when builds can run on it; else why not.</returns>
    public async Task<string?> Probe(string host, CancellationToken ct)
    {
        if (!Libc.IsRoot && Libc.EffectiveUser != Chamber.User)
            return $"builds in containers write as user {Chamber.User}, and this agent, run by user {Libc.EffectiveUser}, could not read what they write; run it as root";
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(ct);
        soon.CancelAfter(TimeSpan.FromSeconds(15));
        var scratch = data.Probe;
        try
        {
            traits = await EngineTraits.Of(docker, host, data, log, soon.Token);
            var plain = Directory.CreateDirectory(Path.Combine(scratch, "plain")).FullName;
            var image = await frame.Get([], soon.Token);
            if (!await CanBind(image, plain, soon.Token)) return $"the engine at {host} does not see {data.Root}; give the agent that folder under the same path as on the engine's machine";
            SeesMounts = await Mounts.OverlayWorks(scratch, soon.Token) && SeesNothingLess(scratch) && await CanBind(image, Path.Combine(scratch, "root", "seen"), soon.Token);
            return null;
        }
        catch (Exception e) when (e is BuilderBrokeException or HttpRequestException or DockerApiException or IOException or TimeoutException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return $"no engine answers at {host} ({e.Message})";
        }
        finally
        {
            foreach (var mount in Mounts.Below(scratch)) await Mounts.Unmount(mount);
            await RemoveTree.At(scratch);
        }
    }

    /// <summary>Puts a folder into the probe's overlay: it is there only for who sees the mount.</summary>
    static bool SeesNothingLess(string scratch) => Directory.CreateDirectory(Path.Combine(scratch, "root", "seen")).Exists;

    async Task<bool> CanBind(string image, string folder, CancellationToken ct)
    {
        try
        {
            var made = await docker.Containers.CreateContainerAsync(new CreateContainerParameters
            {
                Image = image,
                Cmd = ["/none"],
                Labels = Labels(0),
                HostConfig = new HostConfig { Mounts = [ChamberContainer.Bind(folder, "/builddir", readOnly: true)], NetworkMode = "none" },
            }, ct);
            await Remove(made.ID, ct);
            return true;
        }
        catch (DockerApiException)
        {
            return false;
        }
    }

    /// <returns>What the image's content is named by; null where the engine has no such image.</returns>
    public async Task<string?> ImageId(string image, CancellationToken ct)
    {
        try
        {
            return (await docker.Images.InspectImageAsync(image, ct)).ID;
        }
        catch (DockerImageNotFoundException)
        {
            return null;
        }
    }

    public Task<IRunningBuild> Start(Chamber chamber, Action<ReadOnlySpan<byte>> output, CancellationToken ct) =>
        Start(chamber.RunId, token => Create(chamber, token), chamber.Limits, output, ct);

    /// <summary>A container that is not a chamber: mock's. What <paramref name="describe"/> gives is told how this engine is spoken to, and marked as the agent's.</summary>
    public Task<IRunningBuild> Start(long run, Func<IList<string>, CreateContainerParameters> describe, RunLimits limits, Action<ReadOnlySpan<byte>> output, CancellationToken ct) =>
        Start(run, async token =>
        {
            var container = describe([.. traits.Security]);
            container.Labels = Labels(run);
            return (await docker.Containers.CreateContainerAsync(container, token)).ID;
        }, limits, output, ct);

    /// <param name="create">Gives the container's id.</param>
    async Task<IRunningBuild> Start(long run, Func<CancellationToken, Task<string>> create, RunLimits limits, Action<ReadOnlySpan<byte>> output, CancellationToken ct)
    {
        var started = doubt.Begin(run);
        string? id = null;
        try
        {
            id = await engine.Ask("make the build's container", (_, token) => create(token), ct);
            var stream = await engine.Ask("attach to the build's container", (docker, token) =>
                docker.Containers.AttachContainerAsync(id, new ContainerAttachParameters { Stream = true, Stdout = true, Stderr = true }, token), ct);
            var build = new DockerBuild(engine, id, stream, limits, output, async container =>
            {
                await LetGo(container);
                started.Dispose();
            });
            await build.Start(ct);
            return build;
        }
        catch (Exception e)
        {
            await LetGo(id);
            started.Dispose();
            if (e is DockerApiException) throw new BuilderBrokeException($"The container engine did not start the build: {e.Message}", e);
            throw;
        }
    }

    async Task<string> Create(Chamber chamber, CancellationToken ct)
    {
        var top = RootFrame.TopOf(chamber.Root);
        try
        {
            return (await docker.Containers.CreateContainerAsync(ChamberContainer.Describe(chamber, top, await frame.Get(top, ct), traits, Labels(chamber.RunId)), ct)).ID;
        }
        catch (DockerImageNotFoundException)
        {
            frame.Forget();
            return (await docker.Containers.CreateContainerAsync(ChamberContainer.Describe(chamber, top, await frame.Get(top, ct), traits, Labels(chamber.RunId)), ct)).ID;
        }
    }

    Dictionary<string, string> Labels(long run) => new() { [RunLabel] = run.ToString(System.Globalization.CultureInfo.InvariantCulture), [AgentLabel] = data.AgentId };

    public Task<int> Sweep(CancellationToken ct) => Sweep(_ => true, ct);

    async Task<int> Sweep(Func<long, bool> isOver, CancellationToken ct)
    {
        var filter = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [$"{AgentLabel}={data.AgentId}"] = true } };
        var all = await engine.Ask("list this builder's containers", (docker, token) => docker.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = filter }, token), ct);
        var left = all.Where(container => !long.TryParse(container.Labels[RunLabel], System.Globalization.CultureInfo.InvariantCulture, out var run) || isOver(run)).ToList();
        foreach (var container in left) await Remove(container.ID, ct);
        return left.Count;
    }

    /// <summary>After it has not answered once, what it was asked then may have been done late: containers of runs that are over go first.</summary>
    public async Task<string?> WhyUnable(CancellationToken ct)
    {
        try
        {
            await new EngineCalls(docker, pingPatience < patience ? pingPatience : patience, time).Ask("answer a ping", (docker, token) => docker.System.PingAsync(token), ct);
            if (doubt.IsOver) return null;
            if (await Sweep(run => !doubt.IsUnderWay(run), ct) == 0) doubt.Settle();
            return null;
        }
        catch (Exception e) when (e is BuilderBrokeException or DockerApiException)
        {
            return e.Message;
        }
    }

    /// <summary>Removes it, or, where the engine does not, has it removed as soon as there is an engine again.</summary>
    async Task LetGo(string? id)
    {
        try
        {
            if (id is not null) await Remove(id, CancellationToken.None);
            else doubt.Raise(); // it may come yet
        }
        catch (Exception e) when (e is BuilderBrokeException or DockerApiException)
        {
            doubt.Raise();
        }
    }

    /// <summary>Kills it, waits until the engine has let go of it, removes it. One that is gone already is removed.</summary>
    /// <exception cref="BuilderBrokeException">The engine does not answer.</exception>
    async Task Remove(string id, CancellationToken ct)
    {
        for (var started = time.GetTimestamp(); ;)
        {
            try
            {
                await engine.Ask("remove a container", (docker, token) => docker.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, token), ct);
                return;
            }
            catch (DockerContainerNotFoundException)
            {
                return;
            }
            catch (DockerApiException) when (time.GetElapsedTime(started) < TimeSpan.FromSeconds(20))
            {
                // "removal already in progress", or a kill that is under way
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, ct);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        docker.Dispose();
        return ValueTask.CompletedTask;
    }
}
