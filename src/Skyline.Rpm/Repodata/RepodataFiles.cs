using System.Security.Cryptography;

namespace Skyline.Rpm;

/// <summary>One file of a repository's metadata; the path is relative to the repository's root ("repodata/HASH-primary.xml.zst").</summary>
public sealed record RepodataFile(string Path, ReadOnlyMemory<byte> Bytes, string Sha256);

/// <summary>A repository's whole metadata, written at once. The same packages in any order give the same bytes.</summary>
public static class RepodataFiles
{
    const int PackagesAFrame = 128;

    /// <summary>primary, filelists, other (and group, if comps is given), then repomd.xml last.</summary>
    /// <param name="revision">Stands in repomd.xml, in whole seconds, as its revision and as every file's timestamp.</param>
    /// <param name="comps">The groups file, XML as it is to be served.</param>
    /// <param name="packages">In any order.</param>
    /// <param name="compression">Of the three lists of packages.</param>
    public static IReadOnlyList<RepodataFile> Write(IEnumerable<PackageMetadata> packages, MetadataCompression compression, DateTimeOffset revision, ReadOnlyMemory<byte>? comps = null)
    {
        PackageMetadata[] sorted = [.. packages];
        Array.Sort(sorted, ByContent);
        var files = new List<RepodataFile>();
        var entries = new List<RepomdEntry>();
        foreach (var kind in MetadataKind.All)
            Add(kind.Name, kind.FileName(compression), Frames(kind, sorted, compression));
        if (comps is { } groups)
            Add("group", "comps.xml", [new(groups, groups.Length)], compressed: false);
        var repomd = RepomdXml.Write(entries, revision);
        return [.. files, new(RepomdXml.Path, repomd, Convert.ToHexStringLower(SHA256.HashData(repomd)))];

        void Add(string type, string name, IReadOnlyList<MetadataFrame> frames, bool compressed = true)
        {
            var bytes = Joined(frames);
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
            files.Add(new(RepomdEntry.PathOf(sha256, name), bytes, sha256));
            entries.Add(new(type, files[^1].Path, sha256, bytes.Length, compressed ? frames.Sum(frame => (long)frame.OpenSize) : null));
        }
    }

    static List<MetadataFrame> Frames(MetadataKind kind, PackageMetadata[] sorted, MetadataCompression compression)
    {
        var frames = new List<MetadataFrame> { MetadataFrame.Head(kind, sorted.Length, compression) };
        var xml = new XmlBuffer(256 << 10);
        foreach (var some in sorted.Chunk(PackagesAFrame))
        {
            xml.Clear();
            foreach (var package in some) xml.Raw(kind.Of(package).Span);
            frames.Add(MetadataFrame.Of(xml.Written, compression));
        }
        frames.Add(MetadataFrame.Tail(kind, compression));
        return frames;
    }

    static byte[] Joined(IReadOnlyList<MetadataFrame> frames)
    {
        var bytes = new byte[frames.Sum(frame => frame.Bytes.Length)];
        var at = 0;
        foreach (var frame in frames)
        {
            frame.Bytes.Span.CopyTo(bytes.AsSpan(at));
            at += frame.Bytes.Length;
        }
        return bytes;
    }

    /// <summary>Primary begins with name, architecture and version, so this is also an order that people expect.</summary>
    static int ByContent(PackageMetadata a, PackageMetadata b)
    {
        var order = a.Primary.Span.SequenceCompareTo(b.Primary.Span);
        if (order == 0)
            order = a.Filelists.Span.SequenceCompareTo(b.Filelists.Span);
        return order != 0 ? order : a.Other.Span.SequenceCompareTo(b.Other.Span);
    }
}
