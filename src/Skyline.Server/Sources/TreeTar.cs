using System.Formats.Tar;

namespace Skyline.Server.Sources;

/// <summary>A file of a tree that is somewhere else: its place is left until it comes.</summary>
/// <param name="Path">In the tree as a whole.</param>
sealed record MissingFile(string Path, UnixFileMode Mode, DateTimeOffset At, LfsPointer Pointer, byte[] Written);

/// <summary>
/// One build's tree as one tar, written from what git packs of a repository and of each of its submodules; every entry is judged as it passes, and written
/// anew, so that nothing of an archive but names, modes, times and bytes comes to a builder.
/// </summary>
/// <param name="into">Can be sought in: of what streams, the size is known when it has passed.</param>
/// <param name="lfs">Files in LFS are left out, and told.</param>
sealed class TreeTar(Stream into, bool lfs) : IAsyncDisposable
{
    /// <summary>What is smaller is held, so that nothing is sought for it.</summary>
    const int Small = 1 << 20, LongestName = 99;
    const long LargestPlain = 8L << 30;

    readonly TarWriter tar = new(into, TarEntryFormat.Pax, leaveOpen: true);
    readonly HashSet<string> links = new(StringComparer.Ordinal);

    /// <summary>Folders that a link of the tree leads out of, and so into others.</summary>
    public List<string> Leaving { get; } = [];

    /// <param name="prefix">Where the repository is in the tree, with a slash at its end; empty: it is the tree.</param>
    /// <returns>What is not written yet.</returns>
    /// <exception cref="GitFailedException">Something in it is not taken.</exception>
    public async Task<IReadOnlyList<MissingFile>> Add(Stream archive, string prefix, CancellationToken ct)
    {
        var missing = new List<MissingFile>();
        await using var from = new TarReader(archive, leaveOpen: true);
        try
        {
            while (await from.GetNextEntryAsync(copyData: false, ct) is { } entry)
                if (entry is not PaxGlobalExtendedAttributesTarEntry && await Add(entry, prefix + entry.Name.TrimEnd('/'), ct) is { } later) missing.Add(later);
        }
        catch (Exception fault) when (fault is InvalidDataException or FormatException or ArgumentException or EndOfStreamException)
        {
            throw new GitFailedException("its files cannot be read");
        }
        return missing;
    }

    async Task<MissingFile?> Add(TarEntry entry, string path, CancellationToken ct)
    {
        if (ReadTree.WhyNot(entry, path, links) is { } why) throw new GitFailedException(why);
        if (entry.EntryType is TarEntryType.SymbolicLink && entry.LinkName.StartsWith("..", StringComparison.Ordinal)) Leaving.Add(path);
        var (data, held) = (entry.DataStream, (byte[]?)null);
        if (data is not null && entry.Length <= Small)
        {
            held = new byte[entry.Length];
            await data.ReadExactlyAsync(held, ct);
            if (lfs && LfsPointer.Of(held) is { } pointer) return new(path, entry.Mode, entry.ModificationTime, pointer, held);
        }
        await Write(path, entry.EntryType is TarEntryType.V7RegularFile ? TarEntryType.RegularFile : entry.EntryType, entry.Mode, entry.ModificationTime, entry.LinkName, held is null ? data : new MemoryStream(held), entry.Length, ct);
        return null;
    }

    /// <summary>Writes a file that was missing.</summary>
    public Task Fill(MissingFile file, Stream data, long size, CancellationToken ct) => Write(file.Path, TarEntryType.RegularFile, file.Mode, file.At, "", data, size, ct);

    /// <summary>Writes one as it is in the repository: the pointer.</summary>
    public Task Leave(MissingFile file, CancellationToken ct) => Fill(file, new MemoryStream(file.Written), file.Written.Length, ct);

    Task Write(string path, TarEntryType type, UnixFileMode mode, DateTimeOffset at, string link, Stream? data, long size, CancellationToken ct)
    {
        var name = type is TarEntryType.Directory ? path + "/" : path;
        var plain = name.Length <= LongestName && link.Length <= LongestName && size < LargestPlain && name.All(char.IsAscii) && link.All(char.IsAscii);
        TarEntry entry = plain ? new UstarTarEntry(type, name) : new PaxTarEntry(type, name);
        (entry.Mode, entry.ModificationTime) = (mode, at);
        if (type is TarEntryType.SymbolicLink) entry.LinkName = link;
        if (type is TarEntryType.RegularFile) entry.DataStream = data;
        return tar.WriteEntryAsync(entry, ct);
    }

    public ValueTask DisposeAsync() => tar.DisposeAsync();
}
