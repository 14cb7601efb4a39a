namespace Skyline.Rpm;

/// <summary>
/// Writes the sources of a source package into a folder: plain files under plain names, no larger than the header says, with the times
/// that they had. No link, no folder and no device is made, and nothing outside of that folder.
/// </summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public static class UnpackSources
{
    const int MostFiles = 100_000, LongestName = 255, TypeMask = 0xf000, Regular = 0x8000;

    /// <param name="folder">Empty, and nobody else's.</param>
    /// <param name="payload">Stands at the payload's first byte, as <see cref="RpmPackage.Read(Stream, CancellationToken)"/> leaves it.</param>
    /// <param name="mostPayload">How many bytes the payload may unpack to.</param>
    /// <param name="package">The package, read from the same file.</param>
    /// <param name="ct">Ends the unpacking.</param>
    /// <returns>The paths of what was written: all but the spec.</returns>
    /// <exception cref="BadRpmException">There is not exactly one spec; or a file that is not a regular one, or none that the header lists; or the payload is damaged, or larger than that.</exception>
    public static Task<IReadOnlyList<string>> To(string folder, RpmPackage package, Stream payload, long mostPayload, CancellationToken ct) => Task.Run<IReadOnlyList<string>>(() =>
    {
        if (package.Files.Count > MostFiles) throw new BadRpmException($"{package.File} has {package.Files.Count} files; no more than {MostFiles} are unpacked here.");
        var (spec, times, written) = (SourceSpec.Of(package).Path, package.Header.Integers(RpmTag.FileMtimes), new List<string>());
        using var files = new SourcePayload(package, payload, mostPayload, ct);
        while (files.Next() is var (file, number, size))
        {
            if (file.Path == spec) continue;
            if (WhyNot(file, size) is { } why) throw new BadRpmException($"{package.File}: its file {CheckNevra.Shown(file.Path)} {why}.");
            var path = Path.Combine(folder, file.Path);
            // Not into what is there: were it a link, it would lead elsewhere.
            using (var made = new FileStream(path, FileMode.CreateNew, FileAccess.Write)) files.CopyTo(made);
            if (times.Count > number) File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(Math.Clamp(times[number], 0, uint.MaxValue)));
            File.SetUnixFileMode(path, Permissions(file));
            written.Add(path);
        }
        return written;
    }, ct);

    /// <summary>As the package has them, but that the owner can read it, and that nobody becomes another by it.</summary>
    public static UnixFileMode Permissions(PackageFile file) => (UnixFileMode)(file.Mode & 0x1ff) | UnixFileMode.UserRead;

    static string? WhyNot(PackageFile file, long size) =>
        (file.Mode & TypeMask) != Regular ? "is not a regular file, and a source package's sources are"
        : System.Text.Encoding.UTF8.GetByteCount(file.Path) > LongestName ? $"has a name of more than {LongestName} bytes"
        : size == 0 && file.Size > 0 ? "is a link to another one in its payload; unpacked here is only what is itself a file"
        : size != file.Size ? $"has {size} bytes in the payload and {file.Size} in the header"
        : null;
}
