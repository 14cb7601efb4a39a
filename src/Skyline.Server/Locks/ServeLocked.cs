using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tasks;

namespace Skyline.Server.Locks;

/// <summary>A package of the lock that a run was given, by its SHA-256, to the run's holder alone. Nothing that the lock does not name is served here.</summary>
public sealed class ServeLocked(Database database, Blobs blobs, BringLocked bring)
{
    /// <summary>Not 404: to a builder that says that the run is not its own.</summary>
    const int GoneForGood = 422;

    public async Task<IResult> Serve(long run, string sha256, long builder, CancellationToken ct)
    {
        if (database.Read(db => HeldRun.Of(db, run, builder)) is not { IsOpen: true } held) return HeldRun.NotYours(run).AsResult();
        if (held.GivenLock is not { } given || LockText.Read(await File.ReadAllTextAsync(blobs.PathOf(given), ct)).FirstOrDefault(package => package.Sha256 == sha256) is not { } package)
            return new Refusal(GoneForGood, $"Run {run} was given no lock that names a package of this SHA-256.").AsResult();
        if (Find(sha256) is { } found) return found;
        var missing = await bring.Bring(given, ct);
        return Find(sha256) ?? new Refusal(GoneForGood, WhyGone(package.Nevra, sha256, missing.GetValueOrDefault(sha256))).AsResult();
    }

    ServedBytes? Find(string sha256)
    {
        var own = database.Read(db => db.One<long?>("SELECT id FROM signed_rpms WHERE sha256 = @sha256 LIMIT 1", new { sha256 }) is { } signed ? LocatedPackage.Of(db, signed) : null);
        if (own is not null && blobs.Has(own.BlobSha256)) return new(own.Pieces(blobs), sha256, "application/x-rpm", "no-store");
        return blobs.Has(sha256) ? new([new FilePiece(blobs.PathOf(sha256), 0, new FileInfo(blobs.PathOf(sha256)).Length)], sha256, "application/x-rpm", "no-store") : null;
    }

    static string WhyGone(string nevra, string sha256, string? why) => $"{nevra} (SHA-256 {sha256}) of the lock is not kept any more.{(why is null ? "" : " " + why)}";
}
