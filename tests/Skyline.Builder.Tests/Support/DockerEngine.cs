namespace Skyline.Builder.Tests;

/// <summary>The container engine that tests use, if one answers.</summary>
static class DockerEngine
{
    static readonly Lazy<Task<string?>> missing = new(Ask);

    public static string Host => Environment.GetEnvironmentVariable("DOCKER_HOST") ?? "unix:///var/run/docker.sock";

    /// <returns>null where an engine answers; else why tests that need one are skipped.</returns>
    public static async Task<string?> Missing() =>
        await missing.Value is { } why ? $"No container engine answers at {Host} ({why}), so nothing can be said about builds in containers" : null;

    static async Task<string?> Ask()
    {
        using var docker = DockerIsolation.Connect(Host);
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await docker.System.PingAsync(soon.Token);
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return e.Message;
        }
    }
}
