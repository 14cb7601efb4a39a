using System.Data;
using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.People;
using Skyline.Server.Privacy;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Server.Tasks;

namespace Skyline.Server.Imports;

/// <summary>Imports packages that a browser sends by their SHA-256, each on from where an earlier try broke off; what is done with one that is whole is <see cref="ImportRpm"/>.</summary>
sealed class ImportInParts(Database database, Blobs blobs, TakeInParts parts, HeaderBudget headers, ImportRpm import)
{
    /// <summary>Where a package goes as it comes: into no tag at first, where somebody may import so and that shows nothing of a private tag to others; else into the tag itself.</summary>
    public static bool IsDirect(ClaimsPrincipal caller, Tag tag) => tag.Private || !caller.May(Right.Release);

    /// <param name="direct">Null: into no tag.</param>
    public async Task<SourceState> State(string sha256, Tag? direct, long person, CancellationToken ct) =>
        blobs.Has(sha256) && database.Read(db => Known(db, sha256, direct)) is { } known ? known : new(sha256, await parts.Come(sha256, person, ct), false);

    sealed record Row(long Build, string Nvr, string FileName, long Size);

    static SourceState? Known(IDbConnection db, string sha256, Tag? direct) => db.One<Row>("""
        SELECT b.id AS Build, b.nvr AS Nvr, r.file_name AS FileName, r.blob_size AS Size FROM rpms r JOIN builds b ON b.id = r.build_id WHERE r.blob_sha256 = @sha256 AND r.draft = 0
          AND (@tag IS NULL OR EXISTS (SELECT 1 FROM tag_builds g WHERE g.build_id = b.id AND g.tag_id = @tag AND g.untagged_at IS NULL)) LIMIT 1
        """, new { sha256, tag = direct?.Id }) is { } row && !Hidden.Build(db, row.Build) ? new(sha256, row.Size, true, row.Nvr, row.FileName) : null;

    /// <param name="offset">How much has come before.</param>
    /// <returns>What was imported, or why not.</returns>
    public async Task<(SourceState? State, Refusal? Why)> Take(Stream body, string sha256, string fileName, long offset, Tag? direct, ClaimsPrincipal caller, CancellationToken aborted)
    {
        if (!blobs.TakesNew()) return (null, new(507, Blobs.NearlyFull));
        using var room = headers.Enter();
        var bytes = 0L;
        var (done, why) = await parts.Take(body, sha256, fileName, offset, caller, Right.Release, (stream, ct) => ImportRpm.Verified(stream, room, ct), Keep, aborted);
        return done switch
        {
            Imported.Taken taken => (new(sha256, bytes, true, taken.Rpm.Nvr, taken.Rpm.FileName), null),
            Imported.Refused refused => (null, refused.Why),
            _ => (null, why),
        };

        Task<Imported> Keep(CameWhole come)
        {
            bytes = come.Blob.Size;
            return come.Blob.Sha256 == sha256 ? import.Keep(come.Blob, come.Package, direct?.Name, caller, aborted) : import.Forget(come.Blob, new Imported.Refused(TakeInParts.NotWhatWasSaid(fileName, come.Blob)));
        }
    }
}
