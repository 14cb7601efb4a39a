using Microsoft.Net.Http.Headers;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Builds;

/// <summary>One package of a build: as published, or as uploaded where it was a scratch build.</summary>
static class BuildFile
{
    public static IResult Serve(long id, string file, Database database, Blobs blobs)
    {
        var sha256 = database.Read(db => db.One<string>("SELECT sha256 FROM rpms WHERE build_id = @id AND file_name = @file", new { id, file })
            ?? db.One<string>("""
                SELECT f.sha256 FROM run_files f JOIN task_runs r ON r.id = f.run_id JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id
                WHERE b.id = @id AND b.scratch = 1 AND r.state = 'Succeeded' AND f.file_name = @file LIMIT 1
                """, new { id, file }));
        return sha256 is null
            ? new Refusal(404, $"Build {id} has no package {file}.").AsResult()
            : Results.File(blobs.PathOf(sha256), "application/x-rpm", file, entityTag: new EntityTagHeaderValue($"\"{sha256}\""), enableRangeProcessing: true);
    }
}
