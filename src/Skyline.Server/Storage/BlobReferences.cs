using System.Data;
using System.Text.Json;

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
        ("locked_packages", "blob_sha256"), ("batch_members", "srpm_sha256"), ("kept_sources", "srpm_sha256"), ("build_tasks", "given_lock_sha256"),
        ("build_sources", "tar_sha256"), ("run_sources", "blob_sha256"),
    ];

    /// <summary>The SHA-256 of every blob that some row points at, each once.</summary>
    internal static readonly string Everything = string.Join(" UNION ", known.Select(place => $"SELECT {place.Column} FROM {place.Table} WHERE {place.Column} IS NOT NULL"));

    static readonly string any = "SELECT " + IsNamed("@sha256");

    static string IsNamed(string sha256) => string.Join(" OR ", known.Select(place => $"EXISTS (SELECT 1 FROM {place.Table} WHERE {place.Column} = {sha256})"));

    public static bool IsReferenced(IDbTransaction tx, string sha256) => tx.One<bool>(any, new { sha256 });

    /// <summary>Those of some that nothing points at, as of now.</summary>
    public static IReadOnlyList<string> Unreferenced(IDbConnection db, IEnumerable<string> some) =>
        db.All<string>($"SELECT value FROM json_each(@some) j WHERE NOT ({IsNamed("j.value")})", new { some = JsonSerializer.Serialize(some) });

    /// <summary>Every blob that a row points at, and from where ("rpms.blob_sha256"); read in pieces, so that no reader is held open.</summary>
    public static IEnumerable<(string Sha256, string From)> All(Database database)
    {
        const int AtOnce = 1000;
        foreach (var (table, column) in known)
            for (var after = ""; ;)
            {
                var some = database.Read(db => db.All<string>($"SELECT DISTINCT {column} FROM {table} WHERE {column} > @after ORDER BY {column} LIMIT {AtOnce}", new { after }));
                foreach (var sha256 in some) yield return (sha256, $"{table}.{column}");
                if (some.Count < AtOnce) break;
                after = some[^1];
            }
    }

    /// <summary>Deletes a blob that nothing points at (any more).</summary>
    public static void DeleteUnreferenced(this Blobs blobs, IDbTransaction tx, string sha256)
    {
        if (!IsReferenced(tx, sha256)) blobs.Delete(sha256);
    }
}
