using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Builders;

/// <summary>What became of a builder's last runs.</summary>
/// <param name="Lost">The builder's own fault, or its network's; packages that do not build are not.</param>
public sealed record Tally(int Succeeded, int Failed, int Lost)
{
    const int Last = 200;

    sealed record Row
    {
        public int Succeeded { get; init; }
        public int Failed { get; init; }
        public int Lost { get; init; }
    }

    public int All => Succeeded + Failed + Lost;

    /// <summary>0 to 1: of its runs, those that ended with an answer.</summary>
    public double Answered => All == 0 ? 1 : (Succeeded + Failed) / (double)All;

    public static Tally Of(IDbConnection db, string builder) => db.One<Row>("""
        SELECT count(*) FILTER (WHERE state = 'Succeeded') AS Succeeded, count(*) FILTER (WHERE state = 'Failed') AS Failed, count(*) FILTER (WHERE state = 'Lost') AS Lost
        FROM (SELECT r.state FROM task_runs r WHERE r.builder_id = (SELECT id FROM builders WHERE name = @builder) ORDER BY r.id DESC LIMIT @Last) l
        """, new { builder, Last }) is { } row ? new(row.Succeeded, row.Failed, row.Lost) : new(0, 0, 0);
}
