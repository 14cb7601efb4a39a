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
sealed class KeepSource(Database database, Blobs blobs, TakeInParts parts, HeaderBudget headers, SkylineSettings settings, TimeProvider time)
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    /// <summary>Of one person, that no chain has taken.</summary>
    const int Most = 5000;

    public static Refusal NotHere(string sha256) => new(404, $"There is no source package {sha256} here; send it first, or again if that was more than {KeptFor.TotalDays:0} days ago.");

    public async Task<SourceState> State(string sha256, long person, CancellationToken ct)
    {
        if (await Again(sha256, person) is { } known) return known;
        return new(sha256, await parts.Come(sha256, person, ct), false);
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
        var (kept, refused) = await parts.Take(body, sha256, fileName, offset, caller, Right.Build, (stream, ct) => Verified(stream, fileName, room, ct),
            come => Keep(come.Blob, come.Package, sha256, fileName, person, caller, aborted), aborted);
        return kept ?? new Kept.Refused(refused!);
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
            return new Kept.Refused(TakeInParts.NotWhatWasSaid(fileName, blob));
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

    Refusal? WhyNoMore(long person) => !blobs.TakesNew() ? new(507, Blobs.NearlyFull)
        : database.Read(db => db.One<int>("SELECT count(*) FROM kept_sources WHERE person_id = @person", new { person })) >= Most
            ? new(429, $"{Most} source packages that you sent ahead wait for a chain, and no more are kept; begin a chain with them, or wait until the oldest go, after {KeptFor.TotalDays:0} days.") : null;

    sealed record Row(string File, string Nvr, long Size, long KeptAt);

    static SourceState? Find(IDbConnection db, string sha256) =>
        db.One<Row>("SELECT srpm_file AS File, nvr AS Nvr, srpm_size AS Size, kept_at AS KeptAt FROM kept_sources WHERE srpm_sha256 = @sha256", new { sha256 }) is { } row
            ? new(sha256, row.Size, true, row.Nvr, row.File, row.KeptAt.ToTime() + KeptFor) : null;

    static Kept.Refused Refuse(int status, string sentence) => new(new Refusal(status, sentence));
}
