using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Builds;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Contents;

/// <summary>Reads a build's package once more for who wants to know what is in it, within the bounds that it came by. Four at a time; the others wait.</summary>
public sealed class LookInside(Database database, Blobs blobs, HeaderBudget headers) : IDisposable
{
    readonly SemaphoreSlim room = new(4, 4);

    sealed record Signature(string Fingerprint, long SignedAt);

    public Task<(BuiltPackage? Contents, Refusal? Refusal)> Of(long build, string file, CancellationToken ct) =>
        Look(build, file, package => DescribePackage.Of(build, file, package, SignaturesOf(build, file)), ct);

    /// <param name="like">Which have this in their path, letters large or small; null or empty: all.</param>
    public Task<(PackageFiles? Files, Refusal? Refusal)> FilesOf(long build, string file, string? like, int start, int limit, CancellationToken ct) =>
        Look(build, file, package => ListFiles.Of(package.Files, like, start, limit), ct);

    async Task<(T? Seen, Refusal? Refusal)> Look<T>(long build, string file, Func<RpmPackage, T> look, CancellationToken ct) where T : class
    {
        if (database.Read(db => BlobOf(db, build, file)) is not { } sha256) return (null, new(404, $"Build {build} has no package {file}."));
        if (!blobs.Has(sha256)) return (null, new(404, $"{file} of build {build} is not kept any more."));
        await room.WaitAsync(ct);
        try
        {
            using var one = headers.Enter();
            await using var opened = blobs.Open(sha256);
            return (look(await RpmPackage.Read(opened, file, one, ct)), null);
        }
        catch (BadRpmException bad)
        {
            return (null, new(422, $"{file} of build {build} cannot be looked into: {bad.Message}"));
        }
        finally
        {
            room.Release();
        }
    }

    /// <summary>As it came; what a build that is not complete made is not shown, as it is not served.</summary>
    internal static string? BlobOf(IDbConnection db, long build, string file) => db.One<string>("SELECT state FROM builds WHERE id = @build", new { build }) == nameof(BuildState.Complete) ? CompareBuilds.BlobOf(db, build, file) : null;

    IReadOnlyList<PackageSignature> SignaturesOf(long build, string file) => [.. database.Read(db => db.All<Signature>("""
        SELECT k.fingerprint AS Fingerprint, s.signed_at AS SignedAt FROM rpms r JOIN signed_rpms s ON s.rpm_id = r.id JOIN signing_keys k ON k.id = s.key_id
        WHERE r.build_id = @build AND r.file_name = @file AND k.state <> 'Next' ORDER BY s.id
        """, new { build, file })).Select(one => new PackageSignature(one.Fingerprint, one.SignedAt.ToTime()))];

    public void Dispose() => room.Dispose();
}
