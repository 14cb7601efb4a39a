namespace Skyline.Rpm;

/// <summary>Takes the spec out of a source package. Nothing else of it is kept, and nothing is written.</summary>
public static class SourceSpec
{
    /// <param name="payload">Stands at the payload's first byte, as <see cref="RpmPackage.Read(Stream, CancellationToken)"/> leaves it.</param>
    /// <param name="mostPayload">How many bytes the payload may unpack to.</param>
    /// <param name="package">The package, read from the same file.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="BadRpmException">There is not exactly one spec, or the payload is damaged, or larger than that.</exception>
    public static Task<(string Name, byte[] Text)> Read(RpmPackage package, Stream payload, long mostPayload, CancellationToken ct) => Task.Run(() =>
    {
        var spec = Of(package);
        using var files = new SourcePayload(package, payload, mostPayload, ct);
        while (files.Next() is var (file, _, size))
        {
            if (file.Path != spec.Path) continue;
            return size <= BumpSpec.MostBytes ? (file.Path, files.Whole())
                : throw new BadRpmException($"{package.File} has a spec of {size} bytes; no more than {BumpSpec.MostBytes >> 20} MiB are read of one.");
        }
        throw new BadRpmException($"{package.File} lists {spec.Path}, and its payload does not have it.");
    }, ct);

    /// <exception cref="BadRpmException">There is not exactly one.</exception>
    internal static PackageFile Of(RpmPackage package) =>
        package.Files.Where(file => file.Path.EndsWith(".spec", StringComparison.Ordinal)).ToList() is [var spec] ? spec : throw new BadRpmException($"{package.File} has not exactly one spec file.");
}
