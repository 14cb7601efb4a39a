using System.Globalization;

namespace Skyline.Rpm;

/// <summary>Which files differ, and in what.</summary>
static class CompareFiles
{
    sealed record Entry(PackageFile File, long Mtime);

    /// <summary>Tags that are told file by file.</summary>
    public static bool Tells(RpmTag tag) => tag is RpmTag.FileSizes or RpmTag.LongFileSizes or RpmTag.FileModes or RpmTag.FileMtimes or RpmTag.FileDigests or RpmTag.FileLinkTos or RpmTag.FileFlags
        or RpmTag.FileUserName or RpmTag.FileGroupName or RpmTag.BaseNames or RpmTag.DirNames or RpmTag.DirIndexes or RpmTag.OldFileNames;

    public static IReadOnlyList<FileDifference> Of(RpmHeader before, RpmHeader after)
    {
        var (first, second) = (ByPath(before), ByPath(after));
        var found = new List<FileDifference>();
        foreach (var path in first.Keys.Union(second.Keys).Order(StringComparer.Ordinal))
        {
            var what = !second.TryGetValue(path, out var now) ? "only in the first" : !first.TryGetValue(path, out var then) ? "only in the second" : What(then, now);
            if (what.Length > 0) found.Add(new(HeaderValueText.Harmless(path), what));
        }
        return found;
    }

    /// <summary>A path that stands in a package twice counts once.</summary>
    static Dictionary<string, Entry> ByPath(RpmHeader header)
    {
        var mtimes = header.NumbersOf(RpmTag.FileMtimes);
        var found = new Dictionary<string, Entry>(StringComparer.Ordinal);
        var files = PackageFile.Of(header);
        for (var i = 0; i < files.Count; i++) found.TryAdd(files[i].Path, new(files[i], i < mtimes.Count ? mtimes[i] : 0));
        return found;
    }

    static string What(Entry then, Entry now)
    {
        var differs = new List<string>();
        Note("digest", Short(then.File.Digest), Short(now.File.Digest), then.File.Digest == now.File.Digest);
        Note("size", then.File.Size, now.File.Size);
        Note("mode", Convert.ToString(then.File.Mode, 8), Convert.ToString(now.File.Mode, 8));
        Note("mtime", Time(then.Mtime), Time(now.Mtime));
        Note("link target", then.File.LinkTarget, now.File.LinkTarget);
        Note("owner", $"{then.File.Owner}:{then.File.Group}", $"{now.File.Owner}:{now.File.Group}");
        Note("flags", (uint)then.File.Flags, (uint)now.File.Flags);
        return string.Join(", ", differs);

        void Note<T>(string name, T one, T other, bool? same = null)
        {
            if (same ?? Equals(one, other)) return;
            differs.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {HeaderValueText.Harmless($"{one}")} → {HeaderValueText.Harmless($"{other}")}"));
        }
    }

    static string Short(string digest) => digest.Length == 0 ? "none" : digest.Length > 16 ? digest[..16] + "…" : digest;

    static string Time(long seconds) => seconds is >= 0 and <= uint.MaxValue ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : seconds.ToString(CultureInfo.InvariantCulture);
}
