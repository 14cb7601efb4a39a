using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Builders;

/// <summary>How busy a builder was in one piece of time.</summary>
/// <param name="At">When the piece began.</param>
/// <param name="Running">Runs at once, in the mean; null: it was not heard of.</param>
public sealed record LoadPoint(DateTimeOffset At, double? Running);

/// <summary>What is remembered of a builder's load, in pieces that a chart can show.</summary>
static class BuilderLoad
{
    sealed record Row
    {
        public long Piece { get; init; }
        public double Running { get; init; }
    }

    /// <summary>The oldest first, up to now; empty where nothing is known.</summary>
    /// <param name="hours">How far back: a day is told in pieces of half an hour, a week in pieces of four hours.</param>
    public static IReadOnlyList<LoadPoint> Of(IDbConnection db, string builder, long now, int hours)
    {
        var step = hours <= 24 ? 1_800_000L : 14_400_000L;
        var (first, last) = ((now - (hours * 3_600_000L)) / step + 1, now / step);
        // A row is of the ten minutes before it.
        var known = db.All<Row>("""
            SELECT (l.at - 1) / @step AS Piece, avg(l.running) AS Running FROM builder_load l JOIN builders b ON b.id = l.builder_id
            WHERE b.name = @builder AND l.at > @since GROUP BY 1
            """, new { builder, step, since = first * step }).ToDictionary(row => row.Piece, row => row.Running);
        return known.Count == 0 ? [] : [.. Enumerable.Range(0, (int)(last - first + 1)).Select(at => new LoadPoint(((first + at) * step).ToTime(), known.TryGetValue(first + at, out var running) ? running : null))];
    }
}
