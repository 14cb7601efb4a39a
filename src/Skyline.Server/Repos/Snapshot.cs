using System.Data;
using System.Security.Cryptography;
using System.Text;
using Skyline.Server.Storage;

namespace Skyline.Server.Repos;

/// <summary>An immutable state of a tag's repositories, named by the hash of its content.</summary>
static class Snapshot
{
    sealed record Row(long TagId, long Id, string Hash, long KeyId);
    sealed record FileRow(string Repo, string Path, string Sha256, long Size, long? OpenSize, byte[] Frames);

    const string Select = "SELECT tag_id AS TagId, id AS Id, hash AS Hash, key_id AS KeyId FROM snapshots";

    /// <summary>The signatures are left out: the same content signed again is the same snapshot.</summary>
    public static string HashOf(IEnumerable<(string Repo, string Path, string Sha256)> files) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(files
            .Where(file => !file.Path.EndsWith(".asc", StringComparison.Ordinal))
            .Select(file => $"{file.Repo} {file.Path} {file.Sha256}\n").Order(StringComparer.Ordinal)))));

    public static ServedSnapshot? Newest(IDbConnection db, long tag) =>
        Of(db, db.One<Row>(Select + " WHERE tag_id = @tag ORDER BY id DESC LIMIT 1", new { tag }));

    /// <summary>Of those of the same content the newest.</summary>
    public static (long Id, long KeyId)? Find(IDbConnection db, long tag, string hash) =>
        db.One<Row>(Select + " WHERE tag_id = @tag AND hash = @hash ORDER BY id DESC LIMIT 1", new { tag, hash }) is { } row ? (row.Id, row.KeyId) : null;

    public static RepoFile? File(IDbConnection db, long snapshot, string repo, string path) =>
        From(db.One<FileRow>(Files + " WHERE f.snapshot_id = @snapshot AND f.repo = @repo AND f.path = @path", new { snapshot, repo, path }));

    /// <summary>A file of metadata by its path, which names its hash, in whichever kept snapshot of the tag it is.</summary>
    public static RepoFile? FileOfAny(IDbConnection db, long tag, string repo, string path) =>
        From(db.One<FileRow>(Files + " JOIN snapshots s ON s.id = f.snapshot_id WHERE s.tag_id = @tag AND f.repo = @repo AND f.path = @path LIMIT 1", new { tag, repo, path }));

    const string Files = """
        SELECT f.repo AS Repo, f.path AS Path, f.sha256 AS Sha256, m.size AS Size, m.open_size AS OpenSize, m.frames AS Frames
        FROM snapshot_files f JOIN metadata_files m ON m.sha256 = f.sha256
        """;

    static ServedSnapshot? Of(IDbConnection db, Row? row) => row is null ? null : new(row.TagId, row.Id, row.Hash, row.KeyId,
        db.All<FileRow>(Files + " WHERE f.snapshot_id = @Id", row).ToDictionary(file => (file.Repo, file.Path), file => From(file)!));

    static RepoFile? From(FileRow? row) => row is null ? null : new(row.Path, row.Sha256, row.Size, row.OpenSize, Frame.Unpack(row.Frames));
}
