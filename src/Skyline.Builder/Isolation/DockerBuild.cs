using Docker.DotNet;
using Docker.DotNet.Models;
using Skyline.Protocol;

namespace Skyline.Builder;

sealed class DockerBuild(DockerClient docker, string id, MultiplexedStream stream, RunLimits limits, Action<ReadOnlySpan<byte>> output, Func<string, Task> remove) : IRunningBuild
{
    readonly CancellationTokenSource ending = new();
    Cgroup? group;
    bool outOfMemory;

    public Task<int> Exit { get; private set; } = Task.FromResult(-1);

    public async Task Start(CancellationToken ct)
    {
        await docker.Containers.StartContainerAsync(id, new ContainerStartParameters(), ct);
        Exit = Pump();
        var state = (await docker.Containers.InspectContainerAsync(id, ct)).State;
        if (state is { Pid: > 0 }) group = Cgroup.Of(state.Pid, limits);
    }

    public Breach? Breached() =>
        group?.Breached() ?? (Exit.IsCompletedSuccessfully && outOfMemory ? Breach.Memory(limits.MemoryBytes) : null);

    async Task<int> Pump()
    {
        var buffer = new byte[1 << 16];
        while (true)
        {
            var read = await stream.ReadOutputAsync(buffer, 0, buffer.Length, ending.Token);
            if (read.EOF) break;
            output(buffer.AsSpan(0, read.Count));
        }
        var exit = await docker.Containers.WaitContainerAsync(id, ending.Token);
        // A child of the build may have been the one that was killed, and the build have gone on; the engine noticed.
        outOfMemory = (await docker.Containers.InspectContainerAsync(id, ending.Token)).State is { OOMKilled: true };
        return (int)exit.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        await remove(id);
        await ending.CancelAsync();
        await Exit.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        stream.Dispose();
        ending.Dispose();
    }
}
