namespace Skyline.Server.Repos;

/// <summary>
/// Divides a repository's packages into buckets, each of which becomes one frame of each metadata file. A bucket is a leaf of the
/// binary trie over the entries' bits that is split only where more than <see cref="Most"/> would share it: so the division depends
/// on which packages there are and on nothing else, and one package more or less changes one bucket (or splits or joins one).
/// </summary>
static class Buckets
{
    public const int Most = 128, Bits = 128;

    /// <param name="sorted">Entries in order.</param>
    public static List<Range> Of(ReadOnlySpan<RepoEntry> sorted)
    {
        var buckets = new List<Range>();
        Divide(sorted, 0, 0, buckets);
        return buckets;
    }

    static void Divide(ReadOnlySpan<RepoEntry> entries, int start, int bit, List<Range> buckets)
    {
        if (entries.IsEmpty) return;
        if (entries.Length <= Most || bit == Bits)
        {
            buckets.Add(start..(start + entries.Length));
            return;
        }
        var ones = FirstOne(entries, bit);
        Divide(entries[..ones], start, bit + 1, buckets);
        Divide(entries[ones..], start + ones, bit + 1, buckets);
    }

    /// <summary>Those with the bit unset come first, for they are sorted and agree in all bits before it.</summary>
    static int FirstOne(ReadOnlySpan<RepoEntry> entries, int bit)
    {
        var (low, high) = (0, entries.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (entries[middle].Bit(bit)) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
