using System.Collections.Concurrent;
using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Repos;

/// <summary>Where a signed package's bytes are: its head, and the rest of the blob from an offset on.</summary>
sealed record LocatedPackage(byte[] Head, string BlobSha256, long BodyOffset, string Sha256, long Size)
{
    const string Select = """
        SELECT s.head AS Head, r.blob_sha256 AS BlobSha256, s.body_offset AS BodyOffset, s.sha256 AS Sha256, s.size AS Size
        FROM signed_rpms s JOIN rpms r ON r.id = s.rpm_id
        """;

    public IReadOnlyList<Piece> Pieces(Blobs blobs) => [new HeldPiece(Head), new FilePiece(blobs.PathOf(BlobSha256), BodyOffset, Size - Head.Length)];

    /// <summary>In one snapshot.</summary>
    public static LocatedPackage? In(IDbConnection db, long tag, long snapshot, string repo, string path) => Find(db, tag, repo, path, """
        AND t.since <= @snapshot AND (t.until IS NULL OR t.until > @snapshot)
        """, snapshot);

    /// <summary>In the newest snapshot that has it: who read the metadata a moment ago finds what it named.</summary>
    public static LocatedPackage? InAny(IDbConnection db, long tag, string repo, string path) => Find(db, tag, repo, path, "", 0);

    public static LocatedPackage? Of(IDbConnection db, long signed) => db.One<LocatedPackage>(Select + " WHERE s.id = @signed", new { signed });

    static LocatedPackage? Find(IDbConnection db, long tag, string repo, string path, string when, long snapshot) => db.One<LocatedPackage>($"""
        {Select} JOIN tag_rpms t ON t.signed_id = s.id
        WHERE r.file_name = @file AND r.location = @path AND t.tag_id = @tag AND t.repo = @repo {when} ORDER BY t.id DESC LIMIT 1
        """, new { tag, repo, path, file = path[(path.LastIndexOf('/') + 1)..], snapshot });
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
