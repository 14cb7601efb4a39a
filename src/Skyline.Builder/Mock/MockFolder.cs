using Docker.DotNet.Models;

namespace Skyline.Builder;

/// <summary>
/// What mock's container sees of this machine: what goes in (read-only), what comes out, and mock's own folders. Those are one slot's
/// or one root's alone, for two mocks that share a cache wait for one another.
/// </summary>
/// <param name="root">Folder that mock is to fill as its root; null where it keeps its roots among its own.</param>
sealed class MockFolder(string work, string kept, string? root = null)
{
    /// <summary>Where the container has them.</summary>
    const string InAt = "/skyline/in", LibAt = "/var/lib/mock", CacheAt = "/var/cache/mock";
    public const string OutAt = "/skyline/out";
    /// <summary>mock's name of a root that is given to it.</summary>
    const string RootName = "skyline";

    public string? Root => root;
    public string In => Path.Combine(work, "in");
    public string Out => Path.Combine(work, "out");
    public string Lib => Path.Combine(kept, "lib");
    public string Cache => Path.Combine(kept, "cache");

    public string StateLog => Path.Combine(Out, "state.log");
    public string BuildLog => Path.Combine(Out, "build.log");
    public string RootLog => Path.Combine(Out, "root.log");
    public string Installed => Path.Combine(Out, "installed_pkgs.log");

    /// <summary>mock's name of the root, which its caches have too.</summary>
    public string Name { get; init; } = RootName;

    /// <summary>The one place in the root that a build can write to.</summary>
    public string BuildDir => Path.Combine(Lib, Name, "root", "builddir");
    /// <summary>Where a source package is made of them, its sources.</summary>
    public string Sources => Path.Combine(In, "sources");
    public static string SourcesInContainer => InContainer("sources");
    public string RootInContainer => $"{LibAt}/{Name}/root";

    public static string InContainer(string fileName) => $"{InAt}/{fileName}";

    /// <summary>Anew: nothing of an earlier round is left but what mock keeps.</summary>
    public async Task Make()
    {
        foreach (var folder in new[] { In, Out, Lib }) await RemoveTree.At(folder);
        foreach (var folder in new[] { In, Out, Lib, Cache }) Directory.CreateDirectory(folder);
        // mock writes its results as the user who called it.
        if (Libc.IsRoot) Libc.Own(Out, Chamber.User);
    }

    public async Task Remove()
    {
        foreach (var folder in new[] { work, kept }) await RemoveTree.At(folder);
    }

    public IList<Mount> Mounts =>
    [
        ChamberContainer.Bind(In, InAt, readOnly: true), ChamberContainer.Bind(Out, OutAt, readOnly: false), ChamberContainer.Bind(Lib, LibAt, readOnly: false), ChamberContainer.Bind(Cache, CacheAt, readOnly: false),
        .. root is null ? Array.Empty<Mount>() : [ChamberContainer.Bind(root, RootInContainer, readOnly: false)],
    ];
}
