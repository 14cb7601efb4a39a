using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Builds;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>Takes one result of a run, from the run's holder only; the server reads and digests it itself.</summary>
public sealed class ReceiveFile(Database database, Blobs blobs, UnfinishedFiles unfinished, HeaderBudget headers, SkylineSettings settings)
{
    const int MostFiles = 20_000;

    /// <summary>How far the file has come.</summary>
    public async Task<IResult> State(long run, long builder, string fileName, string sha256, CancellationToken ct)
    {
        if (database.Read(db => HeldRun.Of(db, run, builder)) is not { IsOpen: true }) return HeldRun.NotYours(run).AsResult();
        using var come = await unfinished.TakeOver(run, fileName, sha256, ct);
        return TypedResults.Ok(database.Read(db => db.One<long?>("SELECT size FROM run_files WHERE run_id = @run AND file_name = @fileName AND sha256 = @sha256", new { run, fileName, sha256 })) is { } stored
            ? new UploadState(stored, true) : new UploadState(come.Bytes, false));
    }

    /// <param name="offset">Where the body goes on; 0: the file is sent from its beginning, whatever came before.</param>
    public async Task<IResult> Receive(long run, string fileName, string sha256, long offset, HttpContext http)
    {
        var (builder, aborted) = (http.User.BuilderId(), http.RequestAborted);
        if (database.Read(db => HeldRun.Of(db, run, builder)) is not { IsOpen: true }) return HeldRun.NotYours(run).AsResult();
        using var room = headers.Enter();
        using var come = await unfinished.TakeOver(run, fileName, sha256, aborted);
        var ct = come.TakenOver;
        if (offset == 0) File.Delete(come.Path);
        if (offset != come.Bytes) return new Refusal(416, $"{fileName} goes on from byte {come.Bytes}, not {offset}; ask how far it has come, and send the rest.").AsResult();
        if (offset == 0 && unfinished.CountOf(run) >= UnfinishedFiles.Most) return new Refusal(429, $"{UnfinishedFiles.Most} files of run {run} are on their way; send {fileName} when one of them is whole.").AsResult();
        try
        {
            var (blob, package) = await blobs.Receive(come.Path, http.Request.Body, settings.MaxUploadBytes, stream => RpmPackage.ReadAndVerify(stream, fileName, room, ct).AsTask(), ct);
            return await Keep(run, builder, fileName, sha256, blob, package, aborted);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            // Another connection brings it now; whoever is at the end of this one, if anybody, has given it up.
            http.Abort();
            return Results.Empty;
        }
    }

    async Task<IResult> Keep(long run, long builder, string fileName, string sha256, Blob blob, RpmPackage package, CancellationToken ct)
    {
        if (WhyNot(package, fileName, blob, sha256) is { } refusal) return refusal.AsResult();
        var nevra = package.Nevra;
        // (The same bytes, refused from another request a moment ago, may just have been forgotten.)
        var kept = await database.Write(tx => !blobs.Has(blob.Sha256) ? null : (int?)tx.Execute("""
            INSERT INTO run_files (run_id, file_name, sha256, size, name, epoch, version, release, arch, source_rpm, content_hash, noarch_hash)
            SELECT @run, @fileName, @Sha256, @Size, @Name, @Epoch, @Version, @Release, @arch, @SourceRpm, @ContentHash, @noarchHash
            FROM task_runs WHERE id = @run AND builder_id = @builder AND state = 'Running' AND (SELECT count(*) FROM run_files WHERE run_id = @run) < @MostFiles
            ON CONFLICT (run_id, file_name) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size, epoch = excluded.epoch, source_rpm = excluded.source_rpm, content_hash = excluded.content_hash, noarch_hash = excluded.noarch_hash
            """, new
        {
            run, builder, fileName, blob.Sha256, blob.Size, nevra.Name, nevra.Epoch, nevra.Version, nevra.Release,
            arch = package.IsSource ? "src" : nevra.Arch, package.SourceRpm, package.ContentHash, MostFiles,
            noarchHash = nevra.Arch == "noarch" && !package.IsSource ? ContentHash.AcrossArches(package) : null,
        }), ct);
        return kept switch
        {
            1 => TypedResults.Ok(new ResultFile(fileName, blob.Sha256, blob.Size)),
            null => new Refusal(503, $"{fileName} was sent twice at once and one of the two was refused; send it again.").AsResult(),
            _ => HeldRun.NotYours(run).AsResult(),
        };
    }

    static Refusal? WhyNot(RpmPackage package, string fileName, Blob blob, string sha256)
    {
        var own = package.IsSource ? package.Nevra.SourceFileName() : package.Nevra.FileName;
        if (fileName != own) return new(400, $"The file is called {fileName}, but the package in it is {own}.");
        return blob.Sha256 != sha256 ? new(400, $"{fileName} arrived with SHA-256 {blob.Sha256}, not {sha256} as announced; send it again.") : null;
    }
}
