namespace Skyline.Protocol;

/// <summary>Where a text stands in a run's log.</summary>
/// <param name="Count">How many lines have it, in what there is of the log now.</param>
/// <param name="Lines">The first 1,000 of them.</param>
/// <param name="Searched">How long the log was, in bytes.</param>
public sealed record LogMatches(long Count, IReadOnlyList<LogPlace> Lines, long Searched);
