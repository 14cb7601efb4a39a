using Docker.DotNet;
using Docker.DotNet.Models;
using Skyline.Protocol;

namespace Skyline.Builder;

sealed class DockerBuild(EngineCalls engine, string id, MultiplexedStream stream, RunLimits limits, Action<ReadOnlySpan<byte>> output, Func<string, Task> remove) : IRunningBuild
{
    readonly CancellationTokenSource ending = new();
    Cgroup? group;
    Breach? atItsEnd;
    bool outOfMemory;

    public Task<int> Exit { get; private set; } = Task.FromResult(-1);

    public async Task Start(CancellationToken ct)
    {
        await engine.Ask("start the build", (docker, token) => docker.Containers.StartContainerAsync(id, new ContainerStartParameters(), token), ct);
        Exit = EndOrEnginesEnd();
        var state = (await engine.Ask("tell of the build", (docker, token) => docker.Containers.InspectContainerAsync(id, token), ct)).State;
        if (state is { Pid: > 0 }) group = Cgroup.Of(state.Pid, limits);
    }

    public Breach? Breached() =>
        group?.Breached() ?? atItsEnd ?? (Exit.IsCompletedSuccessfully && outOfMemory ? Breach.Memory(limits.MemoryBytes) : null);

    /// <summary>An engine that hangs hands on no output and no end: without asking it, its silence would be the build's.</summary>
    async Task<int> EndOrEnginesEnd()
    {
        var pump = Pump();
        var lost = EngineIsLost();
        try
        {
            return await await Task.WhenAny(pump, lost);
        }
        catch (Exception e) when (EngineCalls.IsGone(e))
        {
            throw new BuilderBrokeException($"The container engine went away while the build ran: {e.Message}", e);
        }
    }

    async Task<int> Pump()
    {
        var buffer = new byte[1 << 16];
        while (true)
        {
            var read = await stream.ReadOutputAsync(buffer, 0, buffer.Length, ending.Token);
            if (read.EOF) break;
            output(buffer.AsSpan(0, read.Count));
        }
        // Some engines remove the control group, and its counters with it, while they are still being asked how it ended.
        atItsEnd = group?.Breached();
        var exit = await engine.Wait(id, ending.Token);
        // A child of the build may have been the one that was killed, and the build have gone on; the engine noticed.
        outOfMemory = (await engine.Ask("tell how the build ended", (docker, token) => docker.Containers.InspectContainerAsync(id, token), ending.Token)).State is { OOMKilled: true };
        return exit;
    }

    /// <returns>Never.</returns>
    /// <exception cref="BuilderBrokeException">It has not answered for as long as patience goes.</exception>
    async Task<int> EngineIsLost()
    {
        while (true)
        {
            await engine.Rest(ending.Token);
            await engine.Ask("answer a ping while the build ran", (docker, token) => docker.System.PingAsync(token), ending.Token);
        }
    }

    /// <summary>Where the engine does not end it, the agent ends what it can see of it.</summary>
    public async ValueTask DisposeAsync()
    {
        await remove(id);
        group?.KillContainer(id);
        await ending.CancelAsync();
        await Exit.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        stream.Dispose();
        ending.Dispose();
    }
}
