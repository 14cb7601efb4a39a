using System.Text;
using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>A state, fetched and verified: all of it lies in the blobs, and no row says so yet.</summary>
/// <param name="Sha256">Null: not fetched until somebody wants it.</param>
sealed record FetchedFile(UpstreamFile File, string? Sha256);

sealed record FetchedState(string Hash, string? SignedBy, string IndexSha256, int Packages, long Bytes, IReadOnlyList<FetchedFile> Files);

/// <summary>Fetches what a repomd.xml names and clients read, each file verified packed and unpacked, and makes the index of its packages.</summary>
public sealed class FetchMetadata(FetchFile fetch, Blobs blobs)
{
    /// <param name="kept">Told of every blob as soon as it is here, also where the rest cannot be had.</param>
    /// <exception cref="UpstreamException">Some of it cannot be had as repomd.xml says.</exception>
    internal async Task<FetchedState> Fetch(External external, IReadOnlyList<string> mirrors, FetchedRepomd from, List<string> kept, CancellationToken ct)
    {
        var files = new List<FetchedFile> { await Keep(Repomd.Path, from.Repomd.Bytes, kept, ct) };
        if (from.Signature is { } signature) files.Add(await Keep(Repomd.SignaturePath, signature, kept, ct));
        (Blob Blob, int Packages)? index = null;
        foreach (var data in from.Repomd.Pinned)
        {
            if (data.File.Checksum.IsTooWeak(from.SignedBy is not null)) throw new UpstreamException(WhyTooWeak(external, data.File));
            var sha256 = await Have(external, mirrors, data.File, ct);
            kept.Add(sha256);
            // Off the request's thread: a distribution's metadata unpacks to gigabytes.
            var packages = await Task.Run(() => Unpacked(sha256, data, mirrors[0], ct), ct);
            files.Add(new(data.File, sha256));
            if (packages is null) continue;
            index = (await blobs.Put(packages.Written(), ct), packages.Count);
            kept.Add(index.Value.Blob.Sha256);
        }
        files.AddRange(from.Repomd.OnDemand.Select(data => new FetchedFile(data.File, null)));
        return new(from.Repomd.Hash, from.SignedBy, index!.Value.Blob.Sha256, index.Value.Packages, files.Where(file => file.Sha256 is not null).Sum(file => file.File.Size ?? 0), files);
    }

    /// <summary>A file that did not change is not fetched again.</summary>
    async Task<string> Have(External external, IReadOnlyList<string> mirrors, UpstreamFile file, CancellationToken ct) =>
        file.Checksum.IsBlobName && blobs.Has(file.Checksum.Hex) ? file.Checksum.Hex : (await fetch.Fetch(external, mirrors, file, ct)).Sha256;

    async Task<FetchedFile> Keep(string path, byte[] bytes, List<string> kept, CancellationToken ct)
    {
        var blob = await blobs.Put(bytes, ct);
        kept.Add(blob.Sha256);
        return new(new(path, new("sha256", blob.Sha256), blob.Size), blob.Sha256);
    }

    /// <returns>Of primary its packages; of the others nothing.</returns>
    PackageIndex? Unpacked(string sha256, RepomdData data, string mirror, CancellationToken ct)
    {
        if (data is { Type: not "primary", OpenChecksum: null, OpenSize: null }) return null;
        try
        {
            using var packed = blobs.Open(sha256);
            using var opened = new OpenedStream(packed, data.OpenChecksum, data.OpenSize, ct);
            var packages = data.Type == "primary" ? ReadPrimary.Packages(opened) : null;
            opened.Finish();
            return packages;
        }
        catch (InvalidDataException fault)
        {
            throw new UpstreamException($"{UpstreamAddress.Of(mirror, data.File.Path)}: {fault.Message.TrimEnd('.')}");
        }
    }

    public static string WhyTooWeak(External external, UpstreamFile file) =>
        $"{external.Name} states only a checksum of {file.Path} that can be forged ({file.Checksum.Type}); it is taken where the metadata is signed (--key FILE --repo-gpgcheck), and then sha1 alone";
}
