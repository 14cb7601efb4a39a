namespace Skyline.Rpm;

/// <summary>Explains, purely, why two packages are not the same: header tag by tag, and file by file.</summary>
public static class ComparePackages
{
    const int MostTags = 200, MostFiles = 500;

    /// <summary>Up to 200 header tags and 500 files are told, and of the others how many they are.</summary>
    public static PackageDifferences Compare(RpmPackage before, RpmPackage after)
    {
        var files = CompareFiles.Of(before.Header, after.Header);
        // What is told of each file need not be told again of the lists that it stands in.
        var tags = Tags(before.Header, after.Header).Where(tag => files.Count == 0 || !CompareFiles.Tells((RpmTag)tag)).ToList();
        return new(SamePayload(before.Header, after.Header), files.Count == 0 && tags.Count > 0 && tags.All(IsOfCompression),
            [.. tags.Take(MostTags).Select(tag => Describe(before.Header, after.Header, (RpmTag)tag))], [.. files.Take(MostFiles)],
            Math.Max(0, tags.Count - MostTags), Math.Max(0, files.Count - MostFiles));
    }

    /// <summary>The tags that only one has, or whose values differ.</summary>
    static List<int> Tags(RpmHeader before, RpmHeader after)
    {
        var first = before.Entries;
        var second = after.Entries;
        var found = new List<int>();
        for (int i = 0, j = 0; i < first.Length || j < second.Length;)
        {
            var (left, right) = (i < first.Length ? (int)first[i].Tag : int.MaxValue, j < second.Length ? (int)second[j].Tag : int.MaxValue);
            if (left != right || first[i].Type != second[j].Type || first[i].Count != second[j].Count || !before.ValueOf(first[i]).SequenceEqual(after.ValueOf(second[j])))
                found.Add(Math.Min(left, right));
            if (left <= right) i++;
            if (right <= left) j++;
        }
        return found;
    }

    static bool? SamePayload(RpmHeader before, RpmHeader after) =>
        before.String(RpmTag.PayloadDigestAlt) is { Length: > 0 } one && after.String(RpmTag.PayloadDigestAlt) is { Length: > 0 } other ? one == other : null;

    static bool IsOfCompression(int tag) => (RpmTag)tag is RpmTag.PayloadCompressor or RpmTag.PayloadFlags or RpmTag.PayloadDigest or RpmTag.PayloadSize or RpmTag.PayloadSha512 or RpmTag.PayloadSha3;

    static TagDifference Describe(RpmHeader before, RpmHeader after, RpmTag tag)
    {
        var (one, other) = HeaderValueText.FirstDifference(before, after, tag);
        return new((int)tag, Enum.IsDefined(tag) ? tag.ToString().ToUpperInvariant() : "unknown", one, other);
    }
}
