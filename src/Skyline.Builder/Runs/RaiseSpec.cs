using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Builder;

/// <param name="Name">The spec's, as the source package has it.</param>
sealed record RaisedSpec(string Name, byte[] Text);

/// <summary>Where a build is to have a higher release than its source package: its spec is taken out, raised, and put beside the package for the build.</summary>
sealed class RaiseSpec(LeasedRun lease, RunLog log)
{
    /// <returns>A sentence for the packager where it cannot be.</returns>
    /// <exception cref="BadRpmException">The source package cannot be read.</exception>
    public async Task<string?> Of(RunFolder folder, CancellationToken ct)
    {
        if (lease.Options?.Bump is not { } bump) return null;
        await using var file = File.OpenRead(folder.Srpm);
        var source = await RpmPackage.Read(file, ct);
        var (name, text) = await SourceSpec.Read(source, file, lease.Limits.DiskBytes, ct);
        var (raised, why) = BumpSpec.OfBytes(text, new(bump.Changelog, bump.Author, bump.Date), Version(source.Nevra));
        if (raised is null) return why;
        folder.Raised = new(name, raised);
        log.Say($"{name}: its release is raised by one; the changelog says \"{bump.Changelog.ReplaceLineEndings(" / ")}\"");
        return null;
    }

    static string Version(Nevra source) => source.Epoch > 0 ? $"{source.Epoch}:{source.Version}" : source.Version;
}
