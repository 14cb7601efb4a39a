using System.Collections.Concurrent;
using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Repos;

/// <summary>Where a signed package's bytes are: its head, and the rest of the blob from an offset on.</summary>
sealed record LocatedPackage(byte[] Head, string BlobSha256, long BodyOffset, string Sha256, long Size)
{
    const string Columns = "s.head AS Head, r.blob_sha256 AS BlobSha256, s.body_offset AS BodyOffset, s.sha256 AS Sha256, s.size AS Size";

    // From the one file name on: SQLite would rather read all that the tag holds.
    const string SelectByName = $"""
        SELECT {Columns} FROM rpms r CROSS JOIN signed_rpms s ON s.rpm_id = r.id CROSS JOIN tag_rpms t ON t.signed_id = s.id
        WHERE r.file_name = @file AND r.location = @path AND t.tag_id = @tag AND t.repo = @repo
        """;

    internal const string SelectIn = SelectByName + " AND t.since <= @snapshot AND (+t.until IS NULL OR +t.until > @snapshot) ORDER BY t.id DESC LIMIT 1";
    internal const string SelectInAny = SelectByName + " ORDER BY t.id DESC LIMIT 1";

    public IReadOnlyList<Piece> Pieces(Blobs blobs) => [new HeldPiece(Head), new FilePiece(blobs.PathOf(BlobSha256), BodyOffset, Size - Head.Length)];

    /// <summary>In one snapshot.</summary>
    public static LocatedPackage? In(IDbConnection db, long tag, long snapshot, string repo, string path) =>
        db.One<LocatedPackage>(SelectIn, new { tag, repo, path, file = FileOf(path), snapshot });

    /// <summary>In the newest snapshot that has it: who read the metadata a moment ago finds what it named.</summary>
    public static LocatedPackage? InAny(IDbConnection db, long tag, string repo, string path) =>
        db.One<LocatedPackage>(SelectInAny, new { tag, repo, path, file = FileOf(path) });

    public static LocatedPackage? Of(IDbConnection db, long signed) =>
        db.One<LocatedPackage>($"SELECT {Columns} FROM signed_rpms s JOIN rpms r ON r.id = s.rpm_id WHERE s.id = @signed", new { signed });

    static string FileOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}

/// <summary>Packages that were asked for lately: what is in a snapshot is there for ever, so nothing here grows old.</summary>
sealed class LocatePackage(Database database)
{
    const int Most = 4096;

    readonly ConcurrentDictionary<(long Snapshot, string Repo, string Path), LocatedPackage> known = new();

    public LocatedPackage? In(long tag, long snapshot, string repo, string path)
    {
        if (known.TryGetValue((snapshot, repo, path), out var located)) return located;
        if (database.Read(db => LocatedPackage.In(db, tag, snapshot, repo, path)) is not { } found) return null;
        if (known.Count >= Most) known.Clear();
        return known[(snapshot, repo, path)] = found;
    }
}
