using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Batches;

/// <summary>
/// What became of a batch's builds becomes their members' state: done, built again after a fault that was not the package's, failed;
/// what needs one that was not built is blocked, and nothing else is. When nothing is left to wait for, the batch is over.
/// </summary>
static class SettleMembers
{
    sealed record Ended
    {
        public long Member { get; init; }
        public long Build { get; init; }
        public required string State { get; init; }
        public string? Why { get; init; }
        public int Tries { get; init; }
        public int Retries { get; init; }
        /// <summary>No run of it came to an end: every builder that tried was lost.</summary>
        public bool Lost { get; init; }
        public long? Event { get; init; }
        /// <summary>The batch goes on: it was not cancelled meanwhile.</summary>
        public bool GoesOn { get; init; }
    }

    const string SelectEnded = """
        SELECT m.id AS Member, b.id AS Build, b.state AS State, b.why AS Why, m.tries AS Tries, x.retries AS Retries, x.state = 'Running' AS GoesOn,
          b.state = 'Failed' AND EXISTS (SELECT 1 FROM build_tasks t WHERE t.build_id = b.id AND t.state = 'Failed')
            AND NOT EXISTS (SELECT 1 FROM build_tasks t JOIN task_runs r ON r.task_id = t.id WHERE t.build_id = b.id AND r.state = 'Failed') AS Lost,
          (SELECT max(e.id) FROM tag_builds g JOIN tag_events e ON e.tag_id = g.tag_id AND e.build_id = b.id WHERE g.build_id = b.id AND g.untagged_at IS NULL) AS Event
        FROM batch_members m JOIN batches x ON x.id = m.batch_id JOIN builds b ON b.id = m.build_id
        WHERE m.batch_id = @batch AND m.state = 'Building' AND b.state IN ('Complete', 'Failed', 'Cancelled')
        """;

    /// <summary>Whether a build of it has ended, something waits for what was not built, or nothing is left of it.</summary>
    public static bool IsDue(IDbConnection db, long batch) => db.One<bool>($"""
        SELECT EXISTS ({SelectEnded})
          OR EXISTS (SELECT 1 FROM batch_members m JOIN batch_needs n ON n.member_id = m.id JOIN batch_members o ON o.id = n.needs_id
                     JOIN batches x ON x.id = m.batch_id WHERE m.batch_id = @batch AND m.state = 'Waiting' AND o.state IN ('Failed', 'Cancelled', 'Blocked') AND x.past_failures = 0)
          OR NOT EXISTS (SELECT 1 FROM batch_members WHERE batch_id = @batch AND state IN ('Waiting', 'Building')) AND EXISTS (SELECT 1 FROM batches WHERE id = @batch AND state = 'Running')
        """, new { batch });

    /// <returns>Whether anything became different.</returns>
    public static bool Settle(IDbTransaction tx, long batch, long now)
    {
        var ended = tx.All<Ended>(SelectEnded, new { batch });
        foreach (var one in ended) Settle(tx, one, now);
        var blocked = Block(tx, batch, now);
        var over = End(tx, batch, now);
        if (ended.Count + blocked == 0 && !over) return false;
        tx.Execute("UPDATE batches SET revision = revision + 1 WHERE id = @batch", new { batch });
        return true;
    }

    static void Settle(IDbTransaction tx, Ended one, long now)
    {
        var again = one.GoesOn && one.Lost && one.Tries <= one.Retries;
        var state = one.State switch { "Complete" => "Done", "Cancelled" => "Cancelled", _ => again ? "Waiting" : "Failed" };
        var why = again ? $"Build {one.Build} broke through no fault of the package, and is tried again (try {one.Tries + 1} of {one.Retries + 1}): {one.Why}" : one.State == "Complete" ? null : one.Why;
        tx.Execute("UPDATE batch_members SET state = @state, why = @why, visible_event = @Event, ended_at = @ended WHERE id = @Member AND state = 'Building' AND build_id = @Build",
            new { one.Member, one.Build, one.Event, state, why, ended = again ? (long?)null : now });
    }

    /// <summary>All that needs, directly or not, something that will not be built now; nothing, where earlier builds will do (past_failures).</summary>
    static int Block(IDbTransaction tx, long batch, long now) => tx.Execute("""
        WITH RECURSIVE undone(id, root) AS (
            SELECT m.id, m.id FROM batch_members m JOIN batches x ON x.id = m.batch_id WHERE x.id = @batch AND x.past_failures = 0 AND m.state IN ('Failed', 'Cancelled', 'Blocked')
            UNION SELECT n.member_id, u.root FROM batch_needs n JOIN undone u ON n.needs_id = u.id)
        UPDATE batch_members SET state = 'Blocked', ended_at = @now, why = (
            SELECT 'Not built: ' || group_concat(said, ', ') || ', and this needs it.' FROM (
                SELECT r.package || CASE r.state WHEN 'Cancelled' THEN ' was cancelled' ELSE ' failed' END || CASE WHEN r.build_id IS NULL THEN '' ELSE ' (build ' || r.build_id || ')' END AS said
                FROM undone u JOIN batch_members r ON r.id = u.root WHERE u.id = batch_members.id AND r.state IN ('Failed', 'Cancelled') ORDER BY r.id) f)
        WHERE batch_id = @batch AND state = 'Waiting' AND id IN (SELECT id FROM undone)
        """, new { batch, now });

    /// <summary>Once nothing waits and nothing is being built.</summary>
    static bool End(IDbTransaction tx, long batch, long now)
    {
        if (tx.One<bool>("SELECT EXISTS (SELECT 1 FROM batch_members WHERE batch_id = @batch AND state IN ('Waiting', 'Building'))", new { batch })) return false;
        var counts = ShowBatch.Counts(tx.Connection!, batch);
        var failed = tx.All<string>("SELECT package FROM batch_members WHERE batch_id = @batch AND state = 'Failed' ORDER BY id LIMIT 6", new { batch });
        var (state, why) = counts.Done == counts.All ? ("Complete", (string?)null) : ("Failed", Sentence(counts, failed));
        return tx.Execute("UPDATE batches SET state = @state, why = @why, ended_at = @now WHERE id = @batch AND state = 'Running'", new { batch, state, why, now }) > 0;
    }

    const int MostNames = 5;

    static string Sentence(Protocol.BatchCounts counts, IReadOnlyList<string> failed)
    {
        string?[] parts =
        [
            failed.Count == 0 ? null : $"{counts.Failed} failed ({string.Join(", ", failed.Take(MostNames))}{(counts.Failed > MostNames ? " and others" : "")})",
            counts.Blocked == 0 ? null : $"{counts.Blocked} not built because of that",
            counts.Cancelled == 0 ? null : $"{counts.Cancelled} cancelled",
        ];
        return $"{counts.Done} of {counts.All} built; {string.Join(", ", parts.OfType<string>())}. What is built stays; resume it to build the rest.";
    }
}
