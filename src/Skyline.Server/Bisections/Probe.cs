using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Bisections;

/// <summary>A build with some of the updates, and what it says.</summary>
static class Probe
{
    sealed record Row(string Updates, string Result);

    const string Over = "p.bisection_id = @id AND p.result IS NULL AND b.state IN ('Complete', 'Failed', 'Cancelled')";

    public static bool IsOver(IDbConnection db, long id) => db.One<bool>($"SELECT EXISTS (SELECT 1 FROM bisection_probes p JOIN builds b ON b.id = p.build_id WHERE {Over})", new { id });

    public static bool IsOpen(IDbConnection db, long id) => db.One<bool>("SELECT EXISTS (SELECT 1 FROM bisection_probes WHERE bisection_id = @id AND result IS NULL)", new { id });

    /// <summary>A failure is the package's word only if a builder said so: packages that do not go together, or are gone, say nothing.</summary>
    public static int Settle(IDbTransaction tx, long id)
    {
        var settled = tx.Execute($"""
            UPDATE bisection_probes AS q SET (result, why) = (
                SELECT CASE WHEN b.state = 'Complete' THEN 'Good' WHEN b.state = 'Failed' AND EXISTS (SELECT 1 FROM build_tasks k JOIN task_runs r ON r.task_id = k.id WHERE k.build_id = b.id AND r.state = 'Failed') THEN 'Bad' ELSE 'Unresolved' END,
                  CASE WHEN b.state <> 'Complete' THEN b.why END
                FROM builds b WHERE b.id = q.build_id)
            WHERE q.id IN (SELECT p.id FROM bisection_probes p JOIN builds b ON b.id = p.build_id WHERE {Over})
            """, new { id });
        if (settled > 0) tx.Execute("UPDATE bisections SET revision = revision + 1 WHERE id = @id", new { id });
        return settled;
    }

    public static IReadOnlyDictionary<string, ProbeResult> Known(IDbConnection db, long id) =>
        db.All<Row>("SELECT updates AS Updates, result AS Result FROM bisection_probes WHERE bisection_id = @id AND result IS NOT NULL", new { id }).ToDictionary(row => row.Updates, row => Enum.Parse<ProbeResult>(row.Result));
}
