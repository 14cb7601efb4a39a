using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>What a builder builds with.</summary>
/// <param name="Resolvers">One a slot.</param>
/// <param name="Mock">Null where there is no image with mock.</param>
/// <param name="Store">Packages that buildroots are made of.</param>
/// <param name="Machines">Isolates what asks for a virtual machine; null where there are none.</param>
sealed record Workshop(IReadOnlyList<Resolver> Resolvers, KeptBuildroots Buildroots, IIsolation Isolation, MockEngine? Mock, TimeProvider Time, DownloadPackages Store, IIsolation? Machines = null) : IAsyncDisposable
{
    public IReadOnlyList<string> Engines => ["overlay", .. Mock is null ? Array.Empty<string>() : ["mock"], .. Machines is null ? Array.Empty<string>() : ["overlay+vm"]];

    /// <returns>null where the chroot asks for one that is not here.</returns>
    public IIsolation? IsolationOf(BuildrootRecipe recipe) => recipe.Isolation switch { null => Isolation, "vm" => Machines, _ => null };

    public async ValueTask DisposeAsync()
    {
        foreach (var resolver in Resolvers) await resolver.DisposeAsync();
    }
}
