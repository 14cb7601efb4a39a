namespace Skyline.Builder;

/// <param name="Record">null for what is no whole buildroot.</param>
sealed record KeptEntry(string Key, DateTime UsedAt, KeptRecord? Record);

/// <summary>How many buildroots are kept, and how many bytes of them.</summary>
sealed record KeepLimits(int Count, long Bytes)
{
    /// <summary>The one to drop before another is made; null when there is room, or nothing that may go.</summary>
    public string? NextToDrop(IReadOnlyCollection<KeptEntry> kept, Func<string, bool> isHeld)
    {
        if (kept.FirstOrDefault(entry => entry.Record is null && !isHeld(entry.Key)) is { } broken) return broken.Key;
        if (kept.Count < Count && kept.Sum(entry => entry.Record?.Bytes ?? 0) < Bytes) return null;
        var under = kept.Select(entry => entry.Record?.Base).ToHashSet();
        return kept.Where(entry => !isHeld(entry.Key) && !under.Contains(entry.Key)).MinBy(entry => entry.UsedAt)?.Key;
    }
}
