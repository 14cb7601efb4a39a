using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>
/// What mock's container sees of this machine: what goes in (read-only), what comes out, and, kept from run to run for one slot
/// alone, mock's roots and caches, for two mocks that share a cache wait for one another.
/// </summary>
sealed class MockFolder(string work, string kept)
{
    /// <summary>Where the container has them.</summary>
    public const string InAt = "/skyline/in", OutAt = "/skyline/out", LibAt = "/var/lib/mock", CacheAt = "/var/cache/mock";

    public string In => Path.Combine(work, "in");
    public string Out => Path.Combine(work, "out");
    public string Lib => Path.Combine(kept, "lib");
    public string Cache => Path.Combine(kept, "cache");

    public string StateLog => Path.Combine(Out, "state.log");
    public string BuildLog => Path.Combine(Out, "build.log");
    public string RootLog => Path.Combine(Out, "root.log");

    public static string InContainer(string fileName) => $"{InAt}/{fileName}";

    public void Make()
    {
        foreach (var folder in new[] { In, Out, Lib, Cache }) Directory.CreateDirectory(folder);
    }
}
