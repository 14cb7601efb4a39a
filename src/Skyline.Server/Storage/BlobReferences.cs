using System.Data;

namespace Skyline.Server.Storage;

/// <summary>
/// Every column that points at a blob. Whoever deletes one asks here, in the write that deletes; whoever writes a row that points at
/// one makes sure, in the write that inserts, that the blob is there. Writes happen in turn, so neither can miss the other.
/// </summary>
static class BlobReferences
{
    static readonly (string Table, string Column)[] known =
    [
        ("builds", "srpm_sha256"), ("run_files", "sha256"), ("rpms", "blob_sha256"), ("task_runs", "lock_sha256"),
        ("external_files", "sha256"), ("external_states", "index_sha256"), ("external_cache", "sha256"),
    ];

    static readonly string any = "SELECT " + string.Join(" OR ", known.Select(place => $"EXISTS (SELECT 1 FROM {place.Table} WHERE {place.Column} = @sha256)"));

    public static bool IsReferenced(IDbTransaction tx, string sha256) => tx.One<bool>(any, new { sha256 });

    /// <summary>Deletes a blob that nothing points at (any more).</summary>
    public static void DeleteUnreferenced(this Blobs blobs, IDbTransaction tx, string sha256)
    {
        if (!IsReferenced(tx, sha256)) blobs.Delete(sha256);
    }
}
