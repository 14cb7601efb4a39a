using System.Collections.Concurrent;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Skyline.Builder;

/// <param name="LinkTarget">Of a symbolic link (bin → usr/bin); null for a folder.</param>
/// <param name="IsBound">A folder with something in it, which the buildroot's own is bound over.</param>
sealed record TopEntry(string Name, string? LinkTarget, bool IsBound);

/// <summary>
/// An image of nothing but the names at the top of a root: links, and empty folders to bind the kept buildroot's own over. An engine
/// cannot bind over / itself, and importing a whole buildroot takes it 2.3 s; this takes a tenth of one, once per shape.
/// </summary>
sealed class RootFrame(DockerClient docker, string agentId)
{
    const string Repository = "localhost/skyline-frame";
    /// <summary>The engine's, or the build's own.</summary>
    static readonly string[] notBound = ["dev", "proc", "sys", "tmp", "builddir"];
    readonly ConcurrentDictionary<string, bool> known = new();

    public static IReadOnlyList<TopEntry> TopOf(string root) =>
        [.. new DirectoryInfo(root).EnumerateDirectories().Select(entry => new TopEntry(entry.Name, entry.LinkTarget,
            entry.LinkTarget is null && !notBound.Contains(entry.Name) && entry.EnumerateFileSystemInfos().Any())).OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    /// <returns>The image's name; it is made if the engine has it not.</returns>
    public async Task<string> Get(IReadOnlyList<TopEntry> top, CancellationToken ct)
    {
        // The number is that of what ToTar writes.
        var shape = "2\n" + string.Join('\n', Entries(top).Select(entry => $"{entry.Name}\t{entry.LinkTarget}"));
        var tag = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(shape)))[..16];
        var name = $"{Repository}:{tag}";
        if (known.ContainsKey(name)) return name;
        if (!await Has(name, ct)) await Import(top, tag, ct);
        known[name] = true;
        return name;
    }

    /// <summary>An engine that was cleaned up meanwhile has lost them.</summary>
    public void Forget() => known.Clear();

    async Task<bool> Has(string name, CancellationToken ct)
    {
        try
        {
            await docker.Images.InspectImageAsync(name, ct);
            return true;
        }
        catch (DockerImageNotFoundException)
        {
            return false;
        }
    }

    async Task Import(IReadOnlyList<TopEntry> top, string tag, CancellationToken ct)
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in Entries(top)) await writer.WriteEntryAsync(ToTar(entry), ct);
        }
        tar.Position = 0;
        string? error = null;
        await docker.Images.CreateImageAsync(
            // The tag with the name: Podman 4 does not read it where it is said apart, and calls the image latest.
            new ImagesCreateParameters { FromSrc = "-", Repo = $"{Repository}:{tag}", Changes = [$"LABEL skyline.frame={agentId}"] },
            tar, null, new Inline(message => error = message.Error?.Message ?? error), ct);
        if (error is not null) throw new BuilderBrokeException($"The container engine did not take the frame of a buildroot: {error}");
    }

    static IEnumerable<TopEntry> Entries(IReadOnlyList<TopEntry> top) =>
        top.Concat(notBound.Where(name => top.All(entry => entry.Name != name)).Select(name => new TopEntry(name, null, false)));

    static PaxTarEntry ToTar(TopEntry entry) => entry.LinkTarget is { } target
        ? new(TarEntryType.SymbolicLink, entry.Name) { LinkName = target }
        // An engine gives a tmpfs the mode of the folder that it covers.
        : new(TarEntryType.Directory, entry.Name + "/") { Mode = (UnixFileMode)Convert.ToInt32(entry.Name == "tmp" ? "1777" : "755", 8) };

    /// <summary>Tells at once, in order; Progress would post to another thread, after the answer.</summary>
    sealed class Inline(Action<JSONMessage> tell) : IProgress<JSONMessage>
    {
        public void Report(JSONMessage value) => tell(value);
    }
}
