using System.Net.Sockets;
using Docker.DotNet;

namespace Skyline.Builder;

/// <summary>
/// How the container engine is asked: every call ends, in its answer or in a sentence. One that hangs takes connections and says
/// nothing on them; one that was killed may come back, with or without what it was asked last.
/// </summary>
/// <param name="patience">What is longer than this is a hang; starting a container takes an engine under load some seconds.</param>
sealed class EngineCalls(DockerClient docker, TimeSpan patience, TimeProvider time)
{
    /// <param name="what">As part of a sentence: "start the build".</param>
    /// <exception cref="BuilderBrokeException">It did not answer, or is not there.</exception>
    /// <exception cref="DockerApiException">It says no.</exception>
    public async Task<T> Ask<T>(string what, Func<DockerClient, CancellationToken, Task<T>> call, CancellationToken ct)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = time.CreateTimer(_ => soon.Cancel(), null, patience, Timeout.InfiniteTimeSpan);
        try
        {
            // A connection that is being made does not always hear of its token.
            return await call(docker, soon.Token).WaitAsync(soon.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException && !ct.IsCancellationRequested)
        {
            throw new BuilderBrokeException($"The container engine was to {what} and has not answered for {patience.TotalSeconds:0} s; it hangs, or has too much to do.", e);
        }
        catch (Exception e) when (IsGone(e))
        {
            throw new BuilderBrokeException($"The container engine was to {what} and is not there: {e.Message}", e);
        }
    }

    public Task Ask(string what, Func<DockerClient, CancellationToken, Task> call, CancellationToken ct) =>
        Ask(what, async (engine, token) =>
        {
            await call(engine, token);
            return true;
        }, ct);

    /// <summary>A container's end, however long that takes.</summary>
    public async Task<int> Wait(string container, CancellationToken ct) => (int)(await docker.Containers.WaitContainerAsync(container, ct)).StatusCode;

    /// <summary>The time between two looks whether it is alive.</summary>
    public Task Rest(CancellationToken ct) => Task.Delay(patience / 2, time, ct);

    /// <summary>The connection broke, which the engine's own "no" does not look like.</summary>
    public static bool IsGone(Exception e) => e is HttpRequestException or IOException or SocketException or ObjectDisposedException;
}
