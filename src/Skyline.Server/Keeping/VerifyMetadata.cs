using System.Security.Cryptography;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Keeping;

/// <summary>Every frame, and every file that is made of frames, against the digests that they are known by.</summary>
sealed class VerifyMetadata(Database database, VerifyReport report)
{
    public async Task All(Tag? tag, CancellationToken ct)
    {
        if (tag is null) await Frames(ct);
        await Files(tag?.Id, ct);
    }

    sealed record FrameRow(long Id, string Sha256, byte[] Bytes);

    async Task Frames(CancellationToken ct)
    {
        const int AtOnce = 20;
        for (var after = 0L; ;)
        {
            ct.ThrowIfCancellationRequested();
            var some = database.Read(db => db.All<FrameRow>($"SELECT id AS Id, sha256 AS Sha256, bytes AS Bytes FROM frames WHERE id > @after ORDER BY id LIMIT {AtOnce}", new { after }));
            foreach (var frame in some)
            {
                if (Convert.ToHexStringLower(SHA256.HashData(frame.Bytes)) != frame.Sha256) await report.Find($"Frame {frame.Id} of the repositories' metadata is damaged: its bytes are not those it was kept with.");
                report.Frames++;
                report.Bytes += frame.Bytes.Length;
            }
            await report.Go("frames", report.Frames);
            if (some.Count == 0) return;
            after = some[^1].Id;
        }
    }

    async Task Files(long? tag, CancellationToken ct)
    {
        var within = tag is null ? "" : "AND m.sha256 IN (SELECT f.sha256 FROM snapshot_files f JOIN snapshots s ON s.id = f.snapshot_id WHERE s.tag_id = @tag)";
        for (var after = ""; ;)
        {
            ct.ThrowIfCancellationRequested();
            var some = database.Read(db => db.All<KeptMetadata>($"SELECT {KeptMetadata.Columns} FROM metadata_files m WHERE m.sha256 > @after {within} ORDER BY m.sha256 LIMIT 50", new { after, tag }));
            foreach (var file in some) await File(file);
            await report.Go("metadata files", report.MetadataFiles);
            if (some.Count == 0) return;
            after = some[^1].Sha256;
        }
    }

    async Task File(KeptMetadata file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (size, missing) = (0L, 0);
        foreach (var piece in file.Pieces(database))
        {
            if (piece is null) missing++;
            else hash.AppendData(piece);
            size += piece?.Length ?? 0;
        }
        report.MetadataFiles++;
        if (missing > 0) await report.Find($"Metadata file {file.Sha256} cannot be served: {missing} of its frames are missing from the database.");
        else if (size != file.Size || Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Sha256) await report.Find($"Metadata file {file.Sha256} is damaged: its frames do not make the bytes that it is named by.");
    }
}
