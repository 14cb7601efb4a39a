using Skyline.Server.Storage;

namespace Skyline.Server.SideTags;

/// <summary>When a side tag goes if nothing more happens to it, and why: as its owner said, or as Koji's cleanup of side tags has it, empty, idle or old.</summary>
/// <param name="Why">As the end of a sentence: "it …".</param>
sealed record SideTagEnd(long At, string Why)
{
    /// <returns>Null: it stays.</returns>
    public static SideTagEnd? Of(SideTagRow tag, SkylineSettings settings)
    {
        if (tag.ExpiresAt is { } said) return new(said, "its time, as it was given, is over");
        return ((SideTagEnd?[])
        [
            tag.Builds == 0 ? After(tag.ChangedAt, settings.SideTagEmptyDays, "it has been empty for") : null,
            After(tag.ChangedAt, settings.SideTagIdleDays, "nothing has happened in it for"),
            After(tag.CreatedAt, settings.SideTagDays, "it has been there for"),
        ]).OfType<SideTagEnd>().MinBy(end => end.At);
    }

    static SideTagEnd? After(long since, int days, string why) =>
        days <= 0 ? null : new(since + (long)TimeSpan.FromDays(days).TotalMilliseconds, $"{why} {(days == 1 ? "a day" : $"{days} days")}");

    public bool IsOver(TimeProvider time) => At <= time.Stamp();
}
