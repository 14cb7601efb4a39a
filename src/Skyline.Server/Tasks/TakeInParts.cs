using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <param name="Blob">Kept, and referred to by nothing yet.</param>
sealed record CameWhole(Blob Blob, RpmPackage Package);

/// <summary>Takes a package that somebody sends by its SHA-256, on from where an earlier try broke off.</summary>
sealed class TakeInParts(Database database, Blobs blobs, UnfinishedFiles unfinished, SkylineSettings settings, TimeProvider time)
{
    /// <summary>Of one person.</summary>
    const int MostUnfinished = 100;

    public static Refusal NotWhatWasSaid(string fileName, Blob blob) => new(409, $"{fileName} is not what was said: its SHA-256 is {blob.Sha256}. Was it changed while it was sent?");

    /// <summary>How many bytes of it have come. A connection that brings it now is ended: the next one goes on with it.</summary>
    public async Task<long> Come(string sha256, long person, CancellationToken ct)
    {
        using var come = await unfinished.TakeOver(person, sha256, ct);
        return come.Bytes;
    }

    /// <param name="offset">How much has come before.</param>
    /// <param name="right">What they must be let do while it comes, by their role or in some tag.</param>
    /// <param name="verified">Reads it as it comes.</param>
    /// <param name="keep">Records it once it is whole; nobody else brings it meanwhile.</param>
    public async Task<(T? Done, Refusal? Why)> Take<T>(Stream body, string sha256, string fileName, long offset, ClaimsPrincipal caller, Right right, Func<Stream, CancellationToken, Task<RpmPackage>> verified, Func<CameWhole, Task<T>> keep, CancellationToken aborted) where T : class
    {
        var person = caller.PersonId();
        using var come = await unfinished.TakeOver(person, sha256, aborted);
        if (offset == 0) File.Delete(come.Path);
        if (offset != come.Bytes) return (null, new(416, $"{fileName} goes on from byte {come.Bytes}, not {offset}; ask how far it has come, and send the rest."));
        if (offset == 0 && unfinished.CountOfPerson(person) >= MostUnfinished) return (null, new(429, $"{MostUnfinished} packages of yours have not come whole; send the rest of one of them, or wait until they go, a day after their last byte."));
        try
        {
            var (blob, package) = await blobs.Receive(come.Path, body, settings.MaxUploadBytes, stream => verified(stream, come.TakenOver), come.TakenOver, () => GoesOn(come.Path, caller, right));
            return (await keep(new(blob, package)), null);
        }
        catch (OperationCanceledException) when (come.TakenOver.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            return (null, new(409, $"{fileName} is sent by another connection of yours now, which goes on with it."));
        }
    }

    /// <summary>Asked every some megabytes of what comes.</summary>
    /// <exception cref="BlobRefusedException">No more of it is taken: it would be too much of one person's, or they may no more.</exception>
    void GoesOn(string path, ClaimsPrincipal caller, Right right)
    {
        if (database.Read(db => caller.WhyNoLonger(db, right, time, orNamed: true)) is { } gone) throw new BlobRefusedException(gone.Status, gone.Sentence);
        if (unfinished.BytesOfPerson(caller.PersonId(), path) > settings.UnfinishedBytesPerPerson)
            throw new BlobRefusedException(429, $"What you have sent of other packages, which have not come whole, is more than {settings.UnfinishedBytesPerPerson >> 20} MiB (Skyline:UnfinishedBytesPerPerson), so this one was not kept; send the rest of the others first, or wait until they go, a day after their last byte.");
    }
}
