using System.Data;
using Skyline.Rpm;
using Skyline.Server.Planning;
using Skyline.Server.Repos;
using Skyline.Server.Storage;

namespace Skyline.Server.Builds;

/// <summary>A package becomes part of a build.</summary>
static class AddRpm
{
    /// <param name="nevra">A source package's architecture is "src".</param>
    /// <param name="package">As it came: what it offers and asks for is kept beside it.</param>
    public static long Insert(IDbTransaction tx, long build, Nevra nevra, RpmPackage package, string fileName, Blob blob, long addedAt)
    {
        // What retention had removed has come again.
        tx.Execute("UPDATE builds SET packages_removed_at = NULL, why = NULL WHERE id = @build AND packages_removed_at IS NOT NULL", new { build });
        var rpm = tx.One<long>("""
            INSERT INTO rpms (build_id, file_name, repo_class, name, epoch, version, release, arch, blob_sha256, blob_size, content_hash, location, added_at, draft)
            VALUES (@build, @fileName, @class, @Name, @Epoch, @Version, @Release, @Arch, @Sha256, @Size, @contentHash, @location, @addedAt, (SELECT draft FROM builds WHERE id = @build)) RETURNING id
            """, new
        {
            build, fileName, @class = HeldRpm.ClassOf(nevra.Name, package.IsSource).ToString(), nevra.Name, nevra.Epoch, nevra.Version, nevra.Release, nevra.Arch,
            blob.Sha256, blob.Size, contentHash = package.ContentHash, location = HeldRpm.LocationOf(fileName), addedAt,
        });
        KeptCapabilities.Put(tx, rpm, PackageCapabilities.Of(package));
        return rpm;
    }
}
