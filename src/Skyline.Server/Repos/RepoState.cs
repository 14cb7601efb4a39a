using Skyline.Rpm;

namespace Skyline.Server.Repos;

/// <summary>A kept file of a repository's metadata: frames one after another.</summary>
/// <param name="Path">Relative to the repository's root.</param>
/// <param name="OpenSize">Of a compressed one, uncompressed.</param>
public sealed record RepoFile(string Path, string Sha256, long Size, long? OpenSize, IReadOnlyList<Frame> Frames);

/// <summary>One repository of a tag as its newest snapshot has it: what the next one is made from.</summary>
/// <param name="Entries">Its packages, in order.</param>
/// <param name="Files">All its metadata, repomd.xml and its signature among them.</param>
sealed record RepoState(RepoEntry[] Entries, IReadOnlyList<Range> Buckets, IReadOnlyList<RepoFile> Files)
{
    /// <summary>The file that lists packages, if it is of this compression and its frames are still those of these buckets.</summary>
    public RepoFile? Listing(MetadataKind kind, MetadataCompression compression)
    {
        var file = Files.FirstOrDefault(file => file.Path.EndsWith($"-{kind.FileName(compression)}", StringComparison.Ordinal));
        return file is not null && file.Frames.Count == Buckets.Count + 2 ? file : null;
    }

    public bool IsListedAs(MetadataCompression compression) => MetadataKind.All.All(kind => Listing(kind, compression) is not null);

    /// <summary>Whether its files that do not list packages are these. (The others are the three listings, repomd.xml and its signature.)</summary>
    public bool HasExtras(IReadOnlyList<ExtraMetadata> extras) =>
        Files.Count == extras.Count + 5 && extras.All(extra => Files.Any(file => file.Sha256 == extra.Sha256));
}
