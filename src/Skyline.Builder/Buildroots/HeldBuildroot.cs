namespace Skyline.Builder;

/// <summary>A buildroot that stays as long as this is not disposed.</summary>
sealed class HeldBuildroot(string key, string root, Action release) : IAsyncDisposable
{
    Action? release = release;

    public string Key => key;
    /// <summary>The folder that becomes the build's /.</summary>
    public string Root => root;

    public ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref release, null)?.Invoke();
        return ValueTask.CompletedTask;
    }
}
