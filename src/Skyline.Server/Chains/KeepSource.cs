using System.Data;
using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Audit;
using Skyline.Server.Builds;
using Skyline.Server.People;
using Skyline.Server.Planning;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tasks;

namespace Skyline.Server.Chains;

/// <summary>What became of a source package that was sent ahead.</summary>
abstract record Kept
{
    public sealed record Whole(SourceState State) : Kept;

    public sealed record Refused(Refusal Why) : Kept;
}

/// <summary>
/// Takes source packages that are sent ahead, for a chain or a build: each once, however often it is asked for, and on from where an earlier try broke off. What
/// a chain takes stays with its builds; what nothing takes goes after a while (<see cref="SweepSources"/>).
/// </summary>
sealed class KeepSource(Database database, Blobs blobs, UnfinishedFiles unfinished, HeaderBudget headers, SkylineSettings settings, TimeProvider time)
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    /// <summary>Of one person, that no chain has taken; and that have not come whole.</summary>
    const int Most = 5000, MostUnfinished = 100;

    public static Refusal NotHere(string sha256) => new(404, $"There is no source package {sha256} here; send it first, or again if that was more than {KeptFor.TotalDays:0} days ago.");

    public async Task<SourceState> State(string sha256, long person, CancellationToken ct)
    {
        if (await Again(sha256, person) is { } known) return known;
        using var come = await unfinished.TakeOver(person, sha256, ct);
        return new(sha256, come.Bytes, false);
    }

    /// <summary>One that is there is kept on.</summary>
    Task<SourceState?> Again(string sha256, long person) => database.Write(tx =>
    {
        tx.IsNoChange();
        return blobs.Has(sha256) && tx.Execute("UPDATE kept_sources SET kept_at = @now, person_id = @person WHERE srpm_sha256 = @sha256", new { sha256, person, now = time.Stamp() }) > 0 ? Find(tx.Connection!, sha256) : null;
    });

    /// <param name="offset">How much has come before.</param>
    public async Task<Kept> Take(Stream body, string sha256, string fileName, long offset, ClaimsPrincipal caller, CancellationToken aborted)
    {
        var person = caller.PersonId();
        if (await Again(sha256, person) is { } known) return new Kept.Whole(known);
        if (WhyNoMore(person) is { } why) return new Kept.Refused(why);
        using var room = headers.Enter();
        using var come = await unfinished.TakeOver(person, sha256, aborted);
        if (offset == 0) File.Delete(come.Path);
        if (offset != come.Bytes) return Refuse(416, $"{fileName} goes on from byte {come.Bytes}, not {offset}; ask how far it has come, and send the rest.");
        if (offset == 0 && unfinished.CountOfPerson(person) >= MostUnfinished) return Refuse(429, $"{MostUnfinished} source packages of yours have not come whole; send the rest of one of them, or wait until they go, a day after their last byte.");
        try
        {
            var (blob, package) = await blobs.Receive(come.Path, body, settings.MaxUploadBytes, stream => Verified(stream, fileName, room, come.TakenOver), come.TakenOver, () => GoesOn(come.Path, person, caller));
            return await Keep(blob, package, sha256, fileName, person, caller, aborted);
        }
        catch (OperationCanceledException) when (come.TakenOver.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            return Refuse(409, $"{fileName} is sent by another connection of yours now, which goes on with it.");
        }
    }

    /// <summary>Asked every some megabytes of what comes.</summary>
    /// <exception cref="BlobRefusedException">No more of it is taken: it would be too much of one person's, or they may no more.</exception>
    void GoesOn(string path, long person, ClaimsPrincipal caller)
    {
        if (database.Read(db => caller.WhyNoLonger(db, Right.Build, time, orNamed: true)) is { } gone) throw new BlobRefusedException(gone.Status, gone.Sentence);
        if (unfinished.BytesOfPerson(person, path) > settings.UnfinishedBytesPerPerson)
            throw new BlobRefusedException(429, $"What you have sent of other source packages, which have not come whole, is more than {settings.UnfinishedBytesPerPerson >> 20} MiB (Skyline:UnfinishedBytesPerPerson), so this one was not kept; send the rest of the others first, or wait until they go, a day after their last byte.");
    }

    /// <summary>From elsewhere, whose bytes nobody has told the hash of.</summary>
    public async Task<Kept> Take(Stream body, string fileName, long person, ClaimsPrincipal? caller, CancellationToken ct)
    {
        if (WhyNoMore(person) is { } why) return new Kept.Refused(why);
        using var room = headers.Enter();
        var (blob, package) = await blobs.Receive(body, settings.MaxUploadBytes, stream => Verified(stream, fileName, room, ct), ct);
        return await Keep(blob, package, blob.Sha256, fileName, person, caller, ct);
    }

    static async Task<RpmPackage> Verified(Stream stream, string fileName, HeaderRoom room, CancellationToken ct)
    {
        var package = await RpmPackage.ReadAndVerify(stream, fileName.Length > 0 ? fileName : "The upload", room, ct);
        return SubmitBuild.WhyNotThisSource(package, fileName) is { } why ? throw new BadRpmException(why) : package;
    }

    async Task<Kept> Keep(Blob blob, RpmPackage package, string sha256, string fileName, long person, ClaimsPrincipal? caller, CancellationToken ct)
    {
        if (blob.Sha256 != sha256)
        {
            await database.Write(tx => blobs.DeleteUnreferenced(tx, blob.Sha256), ct);
            return Refuse(409, $"{fileName} is not what was said: its SHA-256 is {blob.Sha256}. Was it changed while it was sent?");
        }
        var (nevra, spec) = (package.Nevra, await SpecOf(blob.Sha256, ct));
        var kept = await database.Write<Kept>(tx =>
        {
            tx.IsNoChange();
            if (caller?.WhyNoLonger(tx.Connection!, Right.Build, time, orNamed: true) is { } gone) return new Kept.Refused(gone);
            // The same bytes, refused from another request a moment ago, may just have been forgotten.
            if (!blobs.Has(blob.Sha256)) return Refuse(503, $"{nevra.SourceFileName()} was sent twice at once and one of the two was refused; send it again.");
            KeptCapabilities.PutSource(tx, blob.Sha256, package);
            tx.Execute("""
                INSERT INTO kept_sources (srpm_sha256, srpm_file, nvr, srpm_size, spec, person_id, kept_at) VALUES (@Sha256, @file, @Nvr, @Size, @spec, @person, @now)
                ON CONFLICT (srpm_sha256) DO UPDATE SET kept_at = @now, person_id = @person
                """, new { blob.Sha256, file = nevra.SourceFileName(), nevra.Nvr, blob.Size, spec, person, now = time.Stamp() });
            return new Kept.Whole(Find(tx.Connection!, blob.Sha256)!);
        }, ct);
        if (kept is Kept.Refused) await database.Write(tx => blobs.DeleteUnreferenced(tx, blob.Sha256), ct);
        return kept;
    }

    /// <summary>Read from the kept file: the digests were checked as it came, and a spec stands anywhere in the payload.</summary>
    async Task<string?> SpecOf(string sha256, CancellationToken ct)
    {
        await using var file = blobs.Open(sha256);
        var package = await RpmPackage.Read(file, ct);
        return await Task.Run(() => SpecFile.Read(package, file), ct);
    }

    Refusal? WhyNoMore(long person) => blobs.RoomLeft() <= 0 ? new(507, Blobs.DiskFull)
        : database.Read(db => db.One<int>("SELECT count(*) FROM kept_sources WHERE person_id = @person", new { person })) >= Most
            ? new(429, $"{Most} source packages that you sent ahead wait for a chain, and no more are kept; begin a chain with them, or wait until the oldest go, after {KeptFor.TotalDays:0} days.") : null;

    sealed record Row(string File, string Nvr, long Size, long KeptAt);

    static SourceState? Find(IDbConnection db, string sha256) =>
        db.One<Row>("SELECT srpm_file AS File, nvr AS Nvr, srpm_size AS Size, kept_at AS KeptAt FROM kept_sources WHERE srpm_sha256 = @sha256", new { sha256 }) is { } row
            ? new(sha256, row.Size, true, row.Nvr, row.File, row.KeptAt.ToTime() + KeptFor) : null;

    static Kept.Refused Refuse(int status, string sentence) => new(new Refusal(status, sentence));
}
