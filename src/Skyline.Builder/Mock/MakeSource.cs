using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Builder;

/// <summary>
/// Where mock builds as a whole and the release is raised: `mock --buildsrpm` makes the source package anew, of the raised spec and of the sources of
/// the one that came, in a container like the build's. It is that one which mock rebuilds then.
/// </summary>
sealed partial class MakeSource(MockEngine mock, RunFolder run, LeasedRun lease, MockBuild build)
{
    /// <param name="bare">A root for it: no BuildRequires are needed.</param>
    /// <returns>How it failed; null: the run's folder has it.</returns>
    /// <exception cref="BadRpmException">The sources cannot be unpacked, or what was made is no package.</exception>
    /// <exception cref="BuilderBrokeException">mock, its container or the chroot failed, not the spec.</exception>
    public async Task<RpmbuildEnd?> Of(RaisedSpec spec, Resolution.Resolved bare, CancellationToken ct)
    {
        if (!Plain().IsMatch(spec.Name)) return Failed($"The spec is named '{spec.Name}'. mock gives that name to a shell, so only letters, digits and . _ + ~ ^ @ - may be in it where mock makes the source package; give the spec another name.");
        var files = await mock.Prepare(run, lease, bare, ct);
        if (await Fill(files, spec, ct) is { } why) return Failed(why);
        return await build.MakeSource(files, spec.Name, lease, ct) is var end and not RpmbuildEnd.Built ? end : await Take(files, ct);
    }

    /// <returns>A sentence for the packager where it cannot be.</returns>
    async Task<string?> Fill(MockFolder files, RaisedSpec spec, CancellationToken ct)
    {
        await using var file = File.OpenRead(run.Srpm);
        var source = await RpmPackage.Read(file, lease.Srpm.FileName, ct);
        // (Each file is held to what the header says of it; that may be any number.)
        var bytes = source.Files.Sum(one => (decimal)one.Size);
        if (bytes > lease.Limits.DiskBytes) return $"The sources are larger than the build's disk limit of {lease.Limits.DiskBytes} bytes.";
        if (bytes > run.FreeBytes) throw new BuilderBrokeException($"The builder's disk has no room for the sources of {lease.Srpm.FileName} ({bytes} bytes).");
        var sources = Directory.CreateDirectory(files.Sources).FullName;
        var written = await UnpackSources.To(sources, source, file, lease.Limits.DiskBytes, ct);
        var at = Path.Combine(files.In, spec.Name);
        await File.WriteAllBytesAsync(at, spec.Text, ct);
        File.SetUnixFileMode(at, UnpackSources.Permissions(source.Files.Single(one => one.Path == spec.Name)));
        // mock reads them as the build's user.
        if (Libc.IsRoot) foreach (var path in written.Append(at)) Libc.Own(path, Chamber.User);
        return null;
    }

    /// <summary>A spec may run what it likes while it is read, so what it left is looked at as any result is.</summary>
    async Task<RpmbuildEnd?> Take(MockFolder files, CancellationToken ct)
    {
        var (made, why) = await CollectResults.SourceFromMock(files, lease.Limits.DiskBytes, ct);
        if (made is null) return Failed(why!);
        File.Move(made.Path, run.MadeAnewAt, overwrite: true);
        File.SetUnixFileMode(run.MadeAnewAt, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await using var file = File.OpenRead(run.MadeAnewAt);
        var package = await RpmPackage.Read(file, made.FileName, ct);
        if (!package.IsSource || package.Nevra.FileName != made.FileName) return Failed($"{made.FileName}, which mock has made, says of itself that it is {package.Nevra.FileName}.");
        run.MadeAnew = made.FileName;
        return null;
    }

    static RpmbuildEnd.Failed Failed(string why) => new(why, []);

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._+~^@-]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Plain();
}
