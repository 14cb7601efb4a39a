using System.Security.Cryptography;
using Skyline.Rpm;
using Skyline.Server.Storage;

namespace Skyline.Server.Repos;

/// <summary>A frame of a file that is being made: kept already, or new.</summary>
readonly record struct Part(Frame Kept, MetadataFrame? Fresh)
{
    public int Size => Fresh?.Bytes.Length ?? Kept.Size;

    public int OpenSize => Fresh?.OpenSize ?? Kept.OpenSize;
}

sealed record ComposedFile(string Path, string Sha256, long Size, long? OpenSize, IReadOnlyList<Part> Parts)
{
    public static ComposedFile Kept(RepoFile file) => new(file.Path, file.Sha256, file.Size, file.OpenSize, [.. file.Frames.Select(frame => new Part(frame, null))]);
}

sealed record ComposedRepo(RepoEntry[] Entries, IReadOnlyList<Range> Buckets, IReadOnlyList<ComposedFile> Files)
{
    public static ComposedRepo Kept(RepoState repo) => new(repo.Entries, repo.Buckets,
        [.. repo.Files.Select(ComposedFile.Kept)]);
}

/// <summary>
/// Makes one repository's next metadata from the one before: frames of buckets that did not change are taken over, so what grows
/// with the repository is a hash over compressed bytes and nothing else.
/// </summary>
sealed class ComposeRepo(Database database, Frames frames)
{
    /// <param name="before">Null, or listed in another compression: everything is written anew.</param>
    public ComposedRepo Compose(RepoState? before, RepoEntry[] entries, MetadataCompression compression, IReadOnlyList<ExtraMetadata> extras)
    {
        var buckets = Buckets.Of(entries);
        var listings = MetadataKind.All.Select(kind => new Part[buckets.Count + 2]).ToList();
        WriteBuckets(entries, buckets, TakeOver(before, entries, compression, buckets, listings), listings, compression);
        var files = new ComposedFile[MetadataKind.All.Count];
        Parallel.For(0, files.Length, i =>
        {
            var kind = MetadataKind.All[i];
            listings[i][0] = new(default, MetadataFrame.Head(kind, entries.Length, compression));
            listings[i][^1] = new(default, MetadataFrame.Tail(kind, compression));
            files[i] = File(kind.FileName(compression), listings[i], isOpen: false);
        });
        return new(entries, buckets, [.. files, .. extras.Select(extra => Extra(before, extra))]);
    }

    ComposedFile Extra(RepoState? before, ExtraMetadata extra) => before?.Files.FirstOrDefault(file => file.Sha256 == extra.Sha256) is { } kept
        ? ComposedFile.Kept(kept)
        : File(extra.Name, [.. extra.Frames.Select(frame => new Part(default, frame))], isOpen: !extra.IsCompressed);

    /// <summary>repomd.xml over the files, as a file of its own. Its revision is the newest content's time: the same content is the same bytes whenever it is written.</summary>
    public static byte[] Repomd(ComposedRepo repo, IReadOnlyList<ExtraMetadata> extras)
    {
        var types = MetadataKind.All.Select(kind => (Type: kind.Name, Open: (string?)null)).Concat(extras.Select(extra => (extra.Type, Open: extra.OpenSha256)));
        var newest = Math.Max(repo.Entries.Select(entry => entry.AddedAt).DefaultIfEmpty().Max(), extras.Select(extra => extra.ChangedAt).DefaultIfEmpty().Max());
        return RepomdXml.Write(repo.Files.Zip(types, (file, type) => new RepomdEntry(type.Type, file.Path, file.Sha256, file.Size, file.OpenSize, type.Open)), newest.ToTime());
    }

    public static ComposedFile Plain(string path, byte[] bytes) =>
        new(path, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length, null, [new(default, new(bytes, bytes.Length))]);

    /// <returns>Which buckets are new. Both sides are in order, so one walk along both finds those that stayed as they were.</returns>
    static List<int> TakeOver(RepoState? before, RepoEntry[] entries, MetadataCompression compression, List<Range> buckets, List<Part[]> listings)
    {
        var old = MetadataKind.All.Select(kind => before?.Listing(kind, compression)).ToList();
        if (before is null || old.Contains(null)) return [.. Enumerable.Range(0, buckets.Count)];
        var (changed, at) = (new List<int>(), 0);
        for (var i = 0; i < buckets.Count; i++)
        {
            var bucket = entries.AsSpan(buckets[i]);
            while (at < before.Buckets.Count && before.Entries[before.Buckets[at].Start].CompareTo(bucket[0]) < 0) at++;
            if (at < before.Buckets.Count && before.Entries.AsSpan(before.Buckets[at]).SequenceEqual(bucket))
                for (var kind = 0; kind < listings.Count; kind++) listings[kind][i + 1] = new(old[kind]!.Frames[at + 1], null);
            else
                changed.Add(i);
        }
        return changed;
    }

    void WriteBuckets(RepoEntry[] entries, List<Range> buckets, List<int> changed, List<Part[]> listings, MetadataCompression compression) =>
        Parallel.ForEach(changed, i =>
        {
            var xml = Fragments.Read(database, [.. entries[buckets[i]].Select(entry => entry.SignedId)]);
            for (var kind = 0; kind < listings.Count; kind++)
                listings[kind][i + 1] = new(default, MetadataFrame.Of(xml[kind].Span, compression));
        });

    ComposedFile File(string name, Part[] parts, bool isOpen)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts) hash.AppendData(part.Fresh is { } fresh ? fresh.Bytes.Span : frames.Bytes(part.Kept.Id));
        var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        return new(RepomdEntry.PathOf(sha256, name), sha256, parts.Sum(part => (long)part.Size), isOpen ? null : parts.Sum(part => (long)part.OpenSize), parts);
    }
}
