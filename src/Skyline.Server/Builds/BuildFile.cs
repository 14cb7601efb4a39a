using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Builds;

/// <summary>One package of a build: as published, or as uploaded where it was a scratch build.</summary>
static class BuildFile
{
    /// <summary>Of package r; not one that a next key has signed for later.</summary>
    internal const string NewestCopy = "(SELECT s.id FROM signed_rpms s JOIN signing_keys k ON k.id = s.key_id WHERE s.rpm_id = r.id AND k.state <> 'Next' ORDER BY s.id DESC LIMIT 1)";

    public static IResult Serve(long id, string file, Database database, Blobs blobs)
    {
        if (database.Read(db => db.One<long?>($"SELECT {NewestCopy} FROM rpms r WHERE r.build_id = @id AND r.file_name = @file", new { id, file }) is { } signed ? LocatedPackage.Of(db, signed) : null) is { } package)
            return new ServedBytes(package.Pieces(blobs), package.Sha256, "application/x-rpm", "no-cache");
        var sha256 = database.Read(db => db.One<string>("""
            SELECT f.sha256 FROM run_files f JOIN task_runs r ON r.id = f.run_id JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id
            WHERE b.id = @id AND b.scratch = 1 AND t.kind NOT IN ('checkNoarch', 'buildSRPM') AND r.state = 'Succeeded' AND f.file_name = @file LIMIT 1
            """, new { id, file }));
        return sha256 is null
            ? new Refusal(404, $"Build {id} has no package {file}.").AsResult()
            : new ServedBytes([new FilePiece(blobs.PathOf(sha256), 0, new FileInfo(blobs.PathOf(sha256)).Length)], sha256, "application/x-rpm", "no-cache");
    }
}
