using System.Data;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tasks;

namespace Skyline.Server.Sources;

/// <summary>
/// The one way out for a run that makes a source package, whose builder reaches nobody but this server: it tells once what its spec names, and
/// that, and nothing else, is fetched for it, by its number, from addresses that are judged as any that others name. What each came to is noted.
/// </summary>
sealed partial class RunSources(Database database, Blobs blobs, GetFile get, SkylineSettings settings, TimeProvider time) : IDisposable
{
    const int MostFiles = 500, MostLetters = 2000;
    readonly SemaphoreSlim turns = new(8, 8);

    sealed record Row
    {
        public long Number { get; init; }
        public required string FileName { get; init; }
        public required string Url { get; init; }
        public string? Checksum { get; init; }
        public string? BlobSha256 { get; init; }
        public long Size { get; init; }
    }

    const string Columns = "SELECT number AS Number, file_name AS FileName, url AS Url, checksum AS Checksum, blob_sha256 AS BlobSha256, coalesce(size, 0) AS Size FROM run_sources";

    public async Task<IResult> Want(long run, long builder, WantedFiles wanted, CancellationToken ct)
    {
        if (wanted.Files is not { Count: <= MostFiles } files || files.Contains(null!)) return new Refusal(400, $"A source package is made of at most {MostFiles} files from elsewhere.").AsResult();
        if (files.Select(WhyNot).FirstOrDefault(why => why is not null) is { } bad) return bad.AsResult();
        var refusal = await database.Write<Refusal?>(tx =>
        {
            if (HeldRun.Of(tx.Connection!, run, builder) is not { IsOpen: true, MakesSource: true }) return HeldRun.NotYours(run);
            var known = tx.All<Row>(Columns + " WHERE run_id = @run ORDER BY number", new { run });
            // Told again, since the answer was lost: the same. Another list would make the first no list.
            if (known.Count > 0) return known.Select(one => new WantedFile(one.FileName, one.Url, one.Checksum)).SequenceEqual(files) ? null : new(400, $"Run {run} has told what it needs already, and it was another list.");
            for (var number = 0; number < files.Count; number++) tx.Execute("INSERT INTO run_sources (run_id, number, file_name, url, checksum) VALUES (@run, @number, @FileName, @Url, @Checksum)", new { run, number, files[number].FileName, files[number].Url, files[number].Checksum });
            return null;
        }, ct);
        return refusal is null ? TypedResults.NoContent() : refusal.AsResult();
    }

    Refusal? WhyNot(WantedFile file)
    {
        if (file.FileName is not { Length: > 0 and <= 255 } name || name[0] == '.' || name.Any(letter => letter == '/' || char.IsControl(letter))) return new(400, "A file's name is one word without slashes, and begins with no dot.");
        if (file.Url is not { Length: <= MostLetters } || !Uri.TryCreate(file.Url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            return new(422, $"{name} is to come from an address that a server does not fetch from: http and https, without a user and a password, are what it does.");
        if (file.Checksum is { } checksum && !Checksums().IsMatch(checksum)) return new(422, $"The checksum of {name} is none that is known: md5, sha1, sha256, sha384 or sha512 in hex.");
        return AllowedHosts.Permit(address.IdnHost, settings.SourceHosts) ? null : AllowedHosts.NotThis(address.IdnHost) with { Status = 422 };
    }

    /// <summary>Fetches a file of the list, unless it is here: for this run already, or for an earlier one under the same address and with the same checksum.</summary>
    public async Task<IResult> Fetch(long run, long number, long builder, CancellationToken ct)
    {
        var (held, row) = database.Read(db => (HeldRun.Of(db, run, builder), Find(db, run, number)));
        if (held is not { IsOpen: true, MakesSource: true }) return HeldRun.NotYours(run).AsResult();
        if (row is null) return NotListed(run, number).AsResult();
        if (row.BlobSha256 is { } here && blobs.Has(here)) return TypedResults.Ok(new FetchedFile(here, row.Size));
        await turns.WaitAsync(ct);
        try
        {
            var (blob, why) = Kept(row) is { } known ? (known, null) : await get.Get(row.Url, row.Checksum, held.BuildId, ct);
            if (blob is null) return new Refusal(422, $"{row.FileName} could not be fetched: {why}").AsResult();
            var noted = await database.Write(tx => !blobs.Has(blob.Sha256) ? 0 : tx.Execute("""
                UPDATE run_sources SET sha256 = @Sha256, blob_sha256 = @Sha256, size = @Size, fetched_at = @now WHERE run_id = @run AND number = @number
                """, new { run, number, blob.Sha256, blob.Size, now = time.Stamp() }), ct);
            return noted > 0 ? TypedResults.Ok(new FetchedFile(blob.Sha256, blob.Size)) : new Refusal(503, $"{row.FileName} was lost again; ask again.").AsResult();
        }
        finally
        {
            turns.Release();
        }
    }

    public IResult Serve(long run, long number, long builder)
    {
        var (held, row) = database.Read(db => (HeldRun.Of(db, run, builder), Find(db, run, number)));
        if (held is not { IsOpen: true, MakesSource: true }) return HeldRun.NotYours(run).AsResult();
        return row is { BlobSha256: { } sha256 } && blobs.Has(sha256) ? Results.File(blobs.PathOf(sha256), "application/octet-stream", enableRangeProcessing: true) : NotListed(run, number).AsResult();
    }

    static Row? Find(IDbConnection db, long run, long number) => db.One<Row>(Columns + " WHERE run_id = @run AND number = @number", new { run, number });

    static Refusal NotListed(long run, long number) => new(422, $"Run {run} has no file {number} that was fetched for it.");

    /// <summary>Without a checksum what an address gives may be another file today.</summary>
    Blob? Kept(Row row) => row.Checksum is null ? null
        : database.Read(db => db.One<Row>(Columns + " WHERE url = @Url AND checksum = @Checksum AND blob_sha256 IS NOT NULL LIMIT 1", row)) is { BlobSha256: { } sha256 } known && blobs.Has(sha256) ? new(sha256, known.Size) : null;

    [GeneratedRegex(@"\A(md5:[0-9a-f]{32}|sha1:[0-9a-f]{40}|sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})\z")]
    private static partial Regex Checksums();

    public void Dispose() => turns.Dispose();
}
