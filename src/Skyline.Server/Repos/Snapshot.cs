using System.Data;
using System.Security.Cryptography;
using System.Text;
using Skyline.Server.Storage;

namespace Skyline.Server.Repos;

/// <param name="Repo">Which of a tag's repositories: "x86_64", "x86_64-debug", "src".</param>
/// <param name="Path">Relative to the repository's root.</param>
public sealed record SnapshotFile(string Repo, string Path, string Sha256);

/// <summary>An immutable state of a tag's repositories, named by the hash of its content.</summary>
public sealed record Snapshot(string Hash, IReadOnlyList<SnapshotFile> Files)
{
    /// <summary>The signatures are left out: the same content signed again is the same snapshot.</summary>
    public static string HashOf(IEnumerable<SnapshotFile> files) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(files
            .Where(file => !file.Path.EndsWith(".asc", StringComparison.Ordinal))
            .Select(file => $"{file.Repo} {file.Path} {file.Sha256}\n").Order(StringComparer.Ordinal)))));

    public static Snapshot? Newest(IDbConnection db, long tag)
    {
        var newest = db.One<Row>("SELECT id, hash FROM snapshots WHERE tag_id = @tag ORDER BY id DESC LIMIT 1", new { tag });
        return newest is null ? null : new(newest.Hash, FilesOf(db, newest.Id));
    }

    public static Snapshot? Find(IDbConnection db, long tag, string hash)
    {
        var row = db.One<Row>("SELECT id, hash FROM snapshots WHERE tag_id = @tag AND hash = @hash LIMIT 1", new { tag, hash });
        return row is null ? null : new(row.Hash, FilesOf(db, row.Id));
    }

    public void Insert(IDbTransaction tx, long tag, long now)
    {
        var id = tx.One<long>("INSERT INTO snapshots (tag_id, hash, created_at) VALUES (@tag, @Hash, @now) RETURNING id", new { tag, Hash, now });
        foreach (var file in Files)
            tx.Execute("INSERT INTO snapshot_files (snapshot_id, repo, path, sha256) VALUES (@id, @Repo, @Path, @Sha256)", new { id, file.Repo, file.Path, file.Sha256 });
    }

    sealed record Row(long Id, string Hash);

    static IReadOnlyList<SnapshotFile> FilesOf(IDbConnection db, long id) =>
        db.All<SnapshotFile>("SELECT repo, path, sha256 FROM snapshot_files WHERE snapshot_id = @id", new { id });
}
