namespace Skyline.Rpm;

/// <summary>One entry of a package's change log.</summary>
/// <param name="Time">rpm keeps seconds; a spec file gives days (noon, UTC).</param>
/// <param name="Author">"A Packager &lt;a@example.org> - 1.0-1".</param>
/// <param name="Text">What was changed, often several lines.</param>
public sealed record ChangelogEntry(DateTimeOffset Time, string Author, string Text)
{
    internal static IReadOnlyList<ChangelogEntry> Of(RpmHeader header)
    {
        var times = header.NumbersOf(RpmTag.ChangelogTime);
        var authors = header.StringsOf(RpmTag.ChangelogName);
        var texts = header.StringsOf(RpmTag.ChangelogText);
        var found = new ChangelogEntry[Math.Min(times.Count, Math.Min(authors.Count, texts.Count))];
        for (var i = 0; i < found.Length; i++)
        {
            // Four bytes of seconds, as every rpm writes; a wider number could not be a time.
            var time = DateTimeOffset.FromUnixTimeSeconds(Math.Min(times[i], uint.MaxValue));
            found[i] = new(time, RpmHeader.Decode(authors.Next()), RpmHeader.Decode(texts.Next()));
        }
        return found;
    }
}
