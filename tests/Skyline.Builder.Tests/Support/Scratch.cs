[assembly: AssemblyFixture(typeof(Skyline.Builder.Tests.Scratch))]

namespace Skyline.Builder.Tests;

/// <summary>One folder for all that these tests write, gone at their end.</summary>
public sealed class Scratch : IAsyncDisposable
{
    static readonly string root = Passable(Directory.CreateTempSubdirectory("skyline-builder-tests-").FullName);

    public static string Folder(string name) => Directory.CreateDirectory(Path.Combine(root, $"{name}-{Guid.NewGuid().ToString("N")[..8]}")).FullName;

    /// <summary>An agent of an ordinary user is among those that are started here.</summary>
    static string Passable(string folder)
    {
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
        return folder;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var mount in Mounts.Below(root)) await Mounts.Unmount(mount);
        await RemoveTree.At(root);
    }
}
